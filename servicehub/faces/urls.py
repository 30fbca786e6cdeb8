"""Addresses of the hub's own pages. Whoever adds a face adds it here; an app's own pages stand in its ``pages/urls``.

``handler404`` and its kin are named by the root URLconf.
"""

from django.urls import include, path

from servicehub.faces import public_pages, styleguide

urlpatterns = [
    path("", public_pages.home, name="home"),
    path("", include("servicehub.faces.login_urls")),
    path("services/", public_pages.services, name="services"),
    path("services/<str:code>/", public_pages.service, name="service"),
    path("accessibility/", public_pages.accessibility, name="accessibility"),
    path("privacy/", public_pages.privacy, name="privacy"),
    path("sitemap/", public_pages.sitemap, name="sitemap"),
    path("size/", public_pages.size, name="size"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]

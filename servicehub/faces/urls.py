"""Addresses of the hub's own pages. Whoever adds a face adds it here; an app's own pages stand in its ``pages/urls``.

``handler404`` and its kin are named by the root URLconf.
"""

from django.urls import include, path

from servicehub.faces import home_pages, letter_pages, public_pages, styleguide
from servicehub.faces.face_urls import BASES, face_urls
from servicehub.faces.places import page

urlpatterns = [
    path("", public_pages.home, name="home"),
    path("", include("servicehub.faces.login_urls")),
    path("services/", public_pages.services, name="services"),
    path("services/<str:code>/", public_pages.service, name="service"),
    path("verify/", letter_pages.verify, name="verify"),
    path("verify/<str:code>/", letter_pages.verify, name="verify-code"),
    path("accessibility/", public_pages.accessibility, name="accessibility"),
    path("privacy/", public_pages.privacy, name="privacy"),
    path("sitemap/", public_pages.sitemap, name="sitemap"),
    path("size/", public_pages.size, name="size"),
    path("employer/", home_pages.employer_root, name="employer-root"),
    path("employer/switch/", home_pages.employer_switch, name="employer-switch"),
    path("my/about/", page("my")(home_pages.about_me), name="my-about"),
    path("counter/go/", page("counter")(home_pages.go), name="counter-go"),
    path("switchboard/", include("servicehub.faces.switchboard.urls")),
    path("switchboard/styleguide/", page("switchboard")(styleguide.styleguide), name="styleguide"),
]
for _face in BASES:
    urlpatterns += face_urls(_face)

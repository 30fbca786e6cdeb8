"""Every address of the product: four faces, the public pages and the API."""

from django.urls import include, path

from fundcentre import health

urlpatterns: list = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("api/v1/", include("accounts.api")),
    path("api/v1/", include("deposits.api")),
]

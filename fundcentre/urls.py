"""Every address of the product: four faces, the public pages and the API."""

from django.urls import include, path

urlpatterns: list = [
    path("api/v1/", include("accounts.api")),
    path("api/v1/", include("deposits.api")),
]

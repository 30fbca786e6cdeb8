"""Every address of the product: four faces, the public pages and the API."""

from django.urls import path

urlpatterns: list = []

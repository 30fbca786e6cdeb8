"""Every address of the product: four faces, the public pages and the API."""

from django.urls import include, path

from accounts.bank import door
from fundcentre import health

urlpatterns: list = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("bank/notices/", door.notices, name="bank-notices"),
    path("api/v1/", include("servicehub.faces.login_api")),
    path("api/v1/", include("accounts.api")),
    path("api/v1/", include("deposits.api")),
    path("api/v1/", include("servicehub.faces.api.urls")),
    path("", include("deposits.pages.urls")),
    path("", include("servicehub.faces.urls")),
]

handler400 = "servicehub.faces.errors.bad_request"
handler403 = "servicehub.faces.errors.forbidden"
handler404 = "servicehub.faces.errors.not_found"
handler500 = "servicehub.faces.errors.server_error"

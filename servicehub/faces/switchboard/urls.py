"""Addresses of the switchboard beside the generic ones."""

from django.urls import path

from servicehub.faces.places import page
from servicehub.faces.switchboard import audit, clashes, jobs, matrix, parameters, stops, traffic, wall

AUDIT_ROLES = ("audit_admin", "auditor")

on = page("switchboard")
on_audit = page("switchboard", AUDIT_ROLES)

urlpatterns = [
    path("matrix/", on(matrix.show), name="switchboard-matrix"),
    path("stops/", on(stops.show_all), name="switchboard-stops"),
    path("stops/<str:number>/", on(stops.show), name="switchboard-stop"),
    path("traffic/", on(traffic.show), name="switchboard-traffic"),
    path("parameters/", on(parameters.show_all), name="switchboard-parameters"),
    path("parameters/<str:key>/", on(parameters.show), name="switchboard-parameter"),
    path("clashes/", on(clashes.show), name="switchboard-clashes"),
    path("wall/", on(wall.show), name="switchboard-wall"),
    path("jobs/", on(jobs.show_all), name="switchboard-jobs"),
    path("jobs/<int:run>/", on(jobs.show), name="switchboard-job"),
    path("audit/", on_audit(audit.show), name="switchboard-audit"),
    path("audit/verify/", on_audit(audit.verify), name="switchboard-audit-verify"),
    path("audit/<int:pk>/", on_audit(audit.record), name="switchboard-audit-record"),
]

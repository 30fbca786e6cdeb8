from django.apps import AppConfig


class ServicehubConfig(AppConfig):
    name = "servicehub"

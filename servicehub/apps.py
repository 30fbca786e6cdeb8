from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ServicehubConfig(AppConfig):
    name = "servicehub"
    verbose_name = "综合服务平台"

    def ready(self):
        from servicehub.declare.registry import ROOMS

        autodiscover_modules(*ROOMS)

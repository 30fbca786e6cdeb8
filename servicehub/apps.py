import sys
from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig, apps
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class ServicehubConfig(AppConfig):
    name = "servicehub"
    verbose_name = "综合服务平台"

    def ready(self):
        from servicehub.catalogue.sync import after_migrate
        from servicehub.declare.registry import ROOMS, operations
        from servicehub.gate.declared import declarations_hold
        from servicehub.identity.roles import sync_roles
        from servicehub.kit import input_words

        operations.prepare_each(input_words.speak_all)
        discover(ROOMS)
        checks.register(declarations_hold)
        post_migrate.connect(sync_roles, sender=self, dispatch_uid="identity.sync_roles")
        post_migrate.connect(after_migrate, sender=self, dispatch_uid="catalogue.sync")


def discover(rooms: tuple[str, ...]) -> None:
    """Import these rooms of every app; of a room that is a package, every module: none has to be named anywhere."""
    autodiscover_modules(*rooms)
    for app in apps.get_app_configs():
        for room in rooms:
            package = sys.modules.get(f"{app.name}.{room}")
            for module in iter_modules(getattr(package, "__path__", ())):
                import_module(f"{app.name}.{room}.{module.name}")

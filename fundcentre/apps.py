"""The frame: settings, urls, celery, schedule. Knows every app, holds no rule."""

from django.apps import AppConfig


class FundcentreConfig(AppConfig):
    """Loads the Celery application, so that ``shared_task`` finds it in web, worker and shell alike."""

    name = "fundcentre"

    def ready(self):
        from fundcentre import celery, check_catalogue, production  # noqa: F401

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts.ledger import startup

        post_migrate.connect(startup.load_chart, sender=self, dispatch_uid="ledger.load_chart")

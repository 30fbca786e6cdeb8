from django.core.management.base import BaseCommand

from servicehub.catalogue.sync import sync_catalogue


class Command(BaseCommand):
    help = "Bring channels, service items, their matrix and the clash matrix up to the declarations."

    def handle(self, *args, **options):
        counts = sync_catalogue()
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))

from django.core.management.base import BaseCommand

from servicehub.clock.published import load_published_years


class Command(BaseCommand):
    help = "Fill the working-day calendar for the years the State Council has published. Repeatable."

    def handle(self, *args, **options):
        self.stdout.write(f"{load_published_years()} days added")

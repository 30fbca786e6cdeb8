from time import monotonic

from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from fundcentre.grants import grant
from fundcentre.local import paths, postgres

CITY = "load_demo_city"


class Command(BaseCommand):
    help = "Makes the demo's database ready: migrate, grants, the demo city where nothing is there, static files."

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0, stdout=self.stdout)
        grant(postgres.APPLICATION)
        self.load_city()
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["src"], stdout=self.stdout)

    def load_city(self):
        """Only into an empty database. While it loads a file stands by, so that a half-loaded city is seen."""
        if get_user_model().objects.exists():
            self.stdout.write("the demo city is there; its data is kept")
            return
        if CITY not in get_commands():
            self.stdout.write("no demo city in this version; the database stays empty")
            return
        paths.DEMO_LOADING.touch()
        begin = monotonic()
        call_command(CITY, stdout=self.stdout)
        grant(postgres.APPLICATION)  # tables made while loading, if any
        paths.DEMO_LOADING.unlink()
        self.stdout.write(f"demo city loaded in {monotonic() - begin:.0f} s")

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from fundcentre.grants import grant
from fundcentre.local import paths, postgres
from fundcentre.local.dependencies import digest_of, is_current

CITY = "load_demo_city"
CITY_OPTIONS = ("employers", "heads", "seed")


class Command(BaseCommand):
    help = "Makes the demo's database ready: migrate, grants, the demo city where nothing is there, static files."

    def add_arguments(self, parser):
        for name in CITY_OPTIONS:
            parser.add_argument(f"--{name}", type=int)

    def handle(self, *args, **options):
        if self.migrations_wait():
            self.stdout.write("making the tables")
        call_command("migrate", verbosity=0, stdout=self.stdout)
        grant(postgres.APPLICATION)
        self.load_city({name: options[name] for name in CITY_OPTIONS if options[name] is not None})
        self.collect_static()

    def migrations_wait(self) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))

    def collect_static(self):
        """Hashing and compressing takes seconds: only when a file or a package that brings files has changed."""
        sources = sorted(file for file in (paths.ROOT / "static").rglob("*") if file.is_file())
        digest = digest_of(*(file for file in sources if "src" not in file.parts), paths.ROOT / "requirements.lock")
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        if is_current(stamp, digest):
            return
        call_command(
            "collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=["src"], stdout=self.stdout
        )
        stamp.write_text(digest)

    def load_city(self, chosen: dict[str, int]):
        """Only into an empty database. While it loads a file stands by, so that a half-loaded city is seen."""
        if get_user_model().objects.exists():
            self.stdout.write("the demo city is there; its data is kept")
            return
        if CITY not in get_commands():
            self.stdout.write("no demo city in this version; the database stays empty")
            return
        paths.DEMO_LOADING.touch()
        call_command(CITY, stdout=self.stdout, **chosen)
        grant(postgres.APPLICATION)  # tables made while loading, if any
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # the first pages are planned on what is there now
        paths.DEMO_LOADING.unlink()

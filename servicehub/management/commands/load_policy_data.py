from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicehub.policy.loading import PolicyFileWrong, load_files


class Command(BaseCommand):
    help = "Load the policy values a centre starts with. Repeatable; never changes a value that is there."

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="also the assumptions the demo city needs")

    def handle(self, demo, **options):
        folder = Path(settings.POLICY_FILES)
        paths = sorted(folder.glob("*.toml")) + (sorted((folder / "demo").glob("*.toml")) if demo else [])
        try:
            loaded = load_files(paths)
        except PolicyFileWrong as fault:
            raise CommandError(str(fault)) from None
        self.stdout.write(f"{loaded.added} policy values added, {loaded.present} were there")

from django.core.management.base import BaseCommand
from django.db import transaction

from fundcentre.grants import grant


class Command(BaseCommand):
    help = "Gives the role the product connects as its rights. Run as owner, after every migrate."

    def add_arguments(self, parser):
        parser.add_argument("role", nargs="?", default="fund_app")

    @transaction.atomic
    def handle(self, *args, **options):
        grant(options["role"])
        self.stdout.write(f"{options['role']} has its rights")

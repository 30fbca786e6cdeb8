from django.core.management.base import BaseCommand

from fundcentre.demo.digest import city_digest, table_digests


class Command(BaseCommand):
    help = "The digest of the demo city's decrypted columns: two loads of one seed print the same."

    def add_arguments(self, parser):
        parser.add_argument("--tables", action="store_true", help="one line per table, to see where two differ")

    def handle(self, *args, **options):
        if options["tables"]:
            for table, digest in table_digests().items():
                self.stdout.write(f"{digest[:16]} {table}")
        else:
            self.stdout.write(city_digest())

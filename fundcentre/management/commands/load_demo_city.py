import resource
from time import monotonic

from django.core.management.base import BaseCommand

from fundcentre.demo.loading import SEED, Size, load
from fundcentre.local import paths


class Command(BaseCommand):
    help = "Builds the demo city (合成城) in an empty database: employers, people, two years that tie out."

    def add_arguments(self, parser):
        parser.add_argument("--employers", type=int, default=Size().employers)
        parser.add_argument("--heads", type=int, default=Size().heads)
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *args, **options):
        begin = monotonic()
        self.stdout.write("loading the demo city: two years, month by month; a minute or two")
        size = Size(options["employers"], options["heads"])
        load(size, paths.VAR / "demo", self.stdout.write, options["seed"])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(f"the demo city is loaded: {monotonic() - begin:.0f} s, {peak} MiB at most")

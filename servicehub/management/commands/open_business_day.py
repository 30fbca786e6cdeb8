from datetime import date

from django.core.management.base import BaseCommand

from servicehub.clock.models import BusinessCalendar


class Command(BaseCommand):
    help = "Open the centre's first business day. Afterwards day close moves it."

    def add_arguments(self, parser):
        parser.add_argument("day", type=date.fromisoformat)

    def handle(self, day, **options):
        BusinessCalendar.open(day)
        self.stdout.write(f"business day {day} is open")

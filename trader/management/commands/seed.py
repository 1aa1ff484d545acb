"""`manage.py seed`: what a deployment needs in its tables; in development also a demo user."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from market.sample import load_sample
from strategies.packs.library import add_new_default_packs
from trader.demo import DEMO_EMAIL, DEMO_PASSWORD, create_demo
from trader.schedules import ensure_schedules
from trader.work.plural import counted


class Command(BaseCommand):
    help = "Schedules, sample bars, new default packs; in development the demo user. May run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default="http://127.0.0.1:8000")

    def handle(self, *, base_url: str, **options: object) -> None:
        ensure_schedules()
        if load_sample() is not None:
            self.stdout.write("Imported the sample bars.")
        n_users = add_new_default_packs()
        if n_users:
            self.stdout.write(f"New default packs for {counted(n_users, 'user')}.")
        if not settings.IS_PRODUCTION:
            create_demo(base_url)
            self.stdout.write(f"Demo login: {DEMO_EMAIL} / {DEMO_PASSWORD}")

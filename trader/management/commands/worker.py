"""`manage.py worker`: the clusters under their watchdog."""

from django.core.management.base import BaseCommand, CommandParser

from trader.composition import SWEEPS
from trader.worker.supervisor import Supervisor, default_clusters


class Command(BaseCommand):
    requires_system_checks = []
    help = "Run the task clusters; any dead or stuck one is replaced within seconds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clusters", default=",".join(default_clusters()))

    def handle(self, *, clusters: str, **options: object) -> None:
        names = tuple(name for name in clusters.split(",") if name)
        Supervisor(names, SWEEPS).run()

"""`manage.py worker`: the clusters under their watchdog, and a thread that sends mail."""

from django.core.management.base import BaseCommand, CommandParser

from trader.composition import SWEEPS
from trader.worker.mail import MailThread
from trader.worker.supervisor import Supervisor, default_clusters


class Command(BaseCommand):
    requires_system_checks = []
    help = "Run the task clusters, any dead or stuck one is replaced within seconds; and send mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clusters", default=",".join(default_clusters()))

    def handle(self, *, clusters: str, **options: object) -> None:
        names = tuple(name for name in clusters.split(",") if name)
        # Not after the supervisor has compiled the engine, which may take minutes.
        mail = MailThread()
        mail.start()
        Supervisor(names, SWEEPS).run()
        mail.end()

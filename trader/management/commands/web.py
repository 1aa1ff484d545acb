"""`manage.py web`: the HTTP and socket server."""

from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    requires_system_checks = []
    help = "Serve HTTP and sockets until SIGTERM, then drain."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: object) -> None:
        # Twisted installs its reactor at import; only this process should pay for it.
        from trader.web.run import serve

        serve(host, port)

"""`manage.py build_help`: the pages at /help/ from docs/, and a check of their links."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trader.frame.help import HelpError, build, is_current


class Command(BaseCommand):
    help = "Build the help from docs/, unless nothing has changed since; a broken link is an error."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="build it elsewhere, keep nothing")

    def handle(self, *, check: bool, **options: object) -> None:
        try:
            if check:
                with tempfile.TemporaryDirectory() as folder:
                    build(Path(folder) / "help")
            elif not is_current(settings.HELP_ROOT):
                build(settings.HELP_ROOT)
        except HelpError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The help is built." if not check else "The links of the help are good.")

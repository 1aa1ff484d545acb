"""`manage.py backtest` for whoever calls it within Django; see `trader.plain_commands`."""

from argparse import ArgumentParser, Namespace
from typing import ClassVar

from django.core.management.base import BaseCommand

from strategies.from_file import backtest
from strategies.from_file.command import FileCommand


class Command(BaseCommand):
    requires_system_checks = []
    command: ClassVar[FileCommand] = backtest.COMMAND
    help = command.help

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.command.prepare(parser)

    def handle(self, *args: object, **options: object) -> None:
        self.command.run(Namespace(**options))

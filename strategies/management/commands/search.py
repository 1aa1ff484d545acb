"""`manage.py search` for whoever calls it within Django; see `trader.plain_commands`."""

from typing import ClassVar

from strategies.from_file import search
from strategies.from_file.command import FileCommand
from strategies.management.commands.backtest import Command as BacktestCommand


class Command(BacktestCommand):
    command: ClassVar[FileCommand] = search.COMMAND
    help = command.help

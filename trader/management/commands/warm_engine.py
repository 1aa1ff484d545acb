"""`manage.py warm_engine` for whoever calls it within Django; see `trader.plain_commands`."""

from typing import ClassVar

from strategies.from_file.command import FileCommand
from strategies.management.commands.backtest import Command as PlainCommand
from trader.worker import warm_engine


class Command(PlainCommand):
    command: ClassVar[FileCommand] = warm_engine.COMMAND
    help = command.help

"""What the commands over files share: arguments in, one text on stdout or one line on stderr."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, NoReturn

from strategies.from_file.reading import UserError


class FileCommand(NamedTuple):
    """`answer` gives what is printed. Raises UserError."""

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    answer: Callable[[Namespace], str]

    def prepare(self, parser: ArgumentParser) -> None:
        """Give a parser the arguments, and faults in one line instead of argparse's several."""
        self.add_arguments(parser)
        parser.error = partial(fail, self.name)  # type: ignore[method-assign]

    def run(self, options: Namespace) -> None:
        """Print the answer, or end the process with the line that says why there is none."""
        try:
            text = self.answer(options)
        except UserError as error:
            fail(self.name, str(error), error.status)
        _print(text)

    def run_alone(self, arguments: list[str]) -> bool:
        """Parse and run; False, and nothing is done, with an argument that is not known here."""
        parser = ArgumentParser(prog=f"manage.py {self.name}", description=self.help)
        self.prepare(parser)
        options, unknown = parser.parse_known_args(arguments)
        if not unknown:
            self.run(options)
        return not unknown


def fail(name: str, message: str, status: int = UserError.status) -> NoReturn:
    sys.stderr.write(f"{name}: {' '.join(message.split())}\n")
    raise SystemExit(status)


def _print(text: str) -> None:
    """To stdout, whatever it can show; whoever stops reading early has seen enough."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

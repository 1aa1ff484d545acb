"""`python -m tests.architecture [walks]`: the structure in figures, and where walks lead."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.core.management import call_command

from tests.architecture.figures import structures
from tests.architecture.tree import Tree

ROOT = Path(__file__).resolve().parents[2]


def say(*cells: object) -> None:
    sys.stdout.write("| " + " | ".join(map(str, cells)) + " |\n")


def say_structure() -> None:
    say("place", "files", "lines", "imports", "files in circles", "floors", "Any per 1,000 lines")
    say(*["---"] * 7)
    for row in structures(Tree(ROOT)):
        say(*row)


def say_walks() -> None:
    with TemporaryDirectory() as directory:
        os.environ["DATABASE_URL"] = f"sqlite:///{directory}/walks.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "trader.settings_test"
        os.environ["LOG_LEVEL"] = "ERROR"
        django.setup()
        call_command("migrate", verbosity=0)
        # Its models can be imported only now.
        from tests.architecture.walks import followed

        say("walk", "files entered", "pairs that call", "handed out by tables", "turns back")
        say(*["---"] * 5)
        rows = followed(ROOT)
        for row in rows:
            say(row.name, row.files, row.crossings, row.handed_out, len(row.turns))
        for row in rows:
            for caller, callee in row.turns:
                sys.stdout.write(f"{row.name}: {caller} calls up into {callee}\n")


if __name__ == "__main__":
    say_structure()
    if sys.argv[1:] == ["walks"]:
        say_walks()

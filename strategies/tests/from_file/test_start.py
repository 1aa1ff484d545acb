"""The commands over files start without Django, and say the same with it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from trader import plain_commands

EXAMPLES = Path(settings.BASE_DIR) / "docs" / "examples"
ARGUMENTS = [
    *("backtest", str(EXAMPLES / "return_to_vwap.json")),
    *("--bars", str(EXAMPLES / "SPY_1Min.csv.gz"), "--json"),
]
# Each takes longer to load than the whole of a short run.
HEAVY = ("django.db", "django.apps", "django.core.management", "rest_framework", "pandas",
         "exchange_calendars", "structlog", "httpx", "cryptography", "trader.settings")  # fmt: skip
PROGRAM = f"""
import sys
from trader import plain_commands
is_done = plain_commands.run(["manage.py", *sys.argv[1:]])
sys.stderr.write(repr((is_done, [name for name in {HEAVY!r} if name in sys.modules])))
"""


def started(*arguments, program=("manage.py",), **env):
    return subprocess.run(
        [sys.executable, *program, *arguments],
        capture_output=True,
        text=True,
        cwd=settings.BASE_DIR,
        env={"PATH": "", "NUMBA_CACHE_DIR": settings.NUMBA_CACHE_DIR, **env},
    )


def test_a_backtest_loads_nothing_it_does_not_need():
    done = started(*ARGUMENTS, program=("-c", PROGRAM))
    assert done.stderr == "(True, [])"
    assert done.stdout.startswith("{")


def test_the_answer_within_django_is_the_same(capsys):
    call_command(*ARGUMENTS)
    assert capsys.readouterr().out == started(*ARGUMENTS).stdout


@pytest.mark.parametrize("arguments", [["seed"], [], [*ARGUMENTS, "--no-color"]])
def test_what_is_not_known_here_is_left_to_django(arguments, capsys):
    assert not plain_commands.run(["manage.py", *arguments])
    assert capsys.readouterr().out == ""


def test_options_of_django_still_work():
    assert started(*ARGUMENTS, "--no-color").stdout == started(*ARGUMENTS).stdout


def test_an_option_nobody_knows_is_one_line():
    done = started(*ARGUMENTS, "--fast")
    assert (done.returncode, done.stderr) == (2, "backtest: unrecognized arguments: --fast\n")


def test_a_wrong_environment_is_refused_as_everywhere():
    done = started(*ARGUMENTS, APP_ENV="moon")
    assert done.returncode == 1
    assert done.stderr.startswith("Not configured: APP_ENV must be one of")

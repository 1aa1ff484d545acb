"""Exit reasons are worded once, for every page and room."""

import subprocess
import sys

import pytest

from strategies.engine.template import Execution
from strategies.words.exits import REASONS, reason_note, reason_text
from strategies.words.fills import FILLS, fill_of, short

PROGRAM = """
import sys
import strategies.words.exits, strategies.words.fills
import strategies.words.figures, strategies.words.protection
print("django" in sys.modules)
"""


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("stop_loss", "Stop"),
        ("unconfirmed_hm", "Entry not confirmed"),
        ("new_reason", "New reason"),
    ],
)
def test_reasons_in_a_word(reason, text):
    assert reason_text(reason) == text


def test_the_trigger_that_ended_a_trade_is_its_note():
    assert reason_note("signal_exit", "VWAP (Default): Cross Below [C]").startswith("VWAP")
    assert reason_note("time_exit", "time_exit") == "The time exit was due."
    assert reason_note("signal_exit") == reason_note("no_such_reason") == ""


def test_notes_are_sentences():
    notes = [reason.note for reason in REASONS.values() if reason.note]
    notes += [fill.note for fill in FILLS.values()]
    assert all(note[0].isupper() and note.endswith(".") for note in notes)


def test_every_execution_has_its_words():
    assert set(FILLS) == set(Execution.__args__)
    assert all(short(execution) in fill.entry for execution, fill in FILLS.items())
    assert fill_of("") is None


def test_words_need_no_django():
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"

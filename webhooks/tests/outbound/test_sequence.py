"""The rules of the sequence, each a table typed by hand."""

import pytest

from webhooks.outbound.sequence import Facts, Try, blocks_later_entries, ending_of, entry_state_of

OK, NO_ANSWER, CUT_OFF = Try("success", 200), Try("failure", None), Try("interrupted", None)
UNDER_WAY, NEVER_DIALLED = Try("sending", None), Try("unsent", None)


def answered(status: int) -> Try:
    return Try("failure", status)


@pytest.mark.parametrize(
    ("tries", "state"),
    [
        # This endpoint never had the entry: it takes exits only, it was made while the position
        # was open, or the entry was not for it. Somebody else may have opened the position.
        (None, "unknown"),
        # Stored and never tried: superseded, expired while it waited, blocked, skipped, held.
        ([], "not-sent"),
        ([NEVER_DIALLED], "not-sent"),
        ([NEVER_DIALLED, NEVER_DIALLED], "not-sent"),
        ([OK], "accepted"),
        ([answered(503), OK], "accepted"),
        ([NO_ANSWER, OK], "accepted"),
        # Its answer came after its lease had ended and another try was refused.
        ([OK, answered(400)], "accepted"),
        ([answered(400)], "refused"),
        ([answered(422), answered(422)], "refused"),
        ([answered(429), answered(429), answered(404)], "refused"),
        ([answered(301)], "refused"),
        ([answered(410)], "refused"),
        ([NEVER_DIALLED, answered(400)], "refused"),
        ([answered(500)], "unknown"),
        ([answered(400), answered(503)], "unknown"),
        # A 2xx whose body breaks the success rule: no acceptance, and no refusal one can rely on.
        ([answered(200)], "unknown"),
        ([NO_ANSWER], "unknown"),
        ([answered(400), NO_ANSWER], "unknown"),
        ([CUT_OFF], "unknown"),
        ([answered(400), CUT_OFF], "unknown"),
        ([UNDER_WAY], "unknown"),
        ([answered(400), UNDER_WAY], "unknown"),
    ],
)
def test_state_of_an_entry_follows_from_its_tries(tries, state):
    assert entry_state_of(tries) == state


ENTRY = Facts(
    is_entry=True, is_exit=False, is_in_sequence=True, is_held=False, is_overdue=False,
    is_muted=False, is_overtaken=False, is_blocked=False, has_waited=False, is_replayed=False,
    is_settled=False, is_exit_safe=False, entry_state=None,
)  # fmt: skip
EXIT = ENTRY._replace(is_entry=False, is_exit=True)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, None),
        ({"is_overtaken": True}, "superseded"),
        ({"is_overtaken": True, "is_overdue": True}, "superseded"),
        ({"is_overtaken": True, "is_muted": True}, "superseded"),
        ({"is_overdue": True}, "expired"),
        ({"is_overdue": True, "has_waited": True}, "expired"),
        ({"is_overdue": True, "is_held": True}, "expired"),
        ({"is_overdue": True, "is_blocked": True}, "blocked"),
        ({"is_overdue": True, "is_blocked": True, "is_held": True}, "blocked"),
        ({"is_overdue": True, "is_muted": True}, "expired"),
        ({"is_muted": True}, "skipped"),
        ({"is_replayed": True}, None),
    ],
)
def test_entry_ends_unsent(changes, state):
    ending = ending_of(ENTRY._replace(**changes))
    assert (ending and ending.state) == state


@pytest.mark.parametrize(
    ("entry_state", "changes", "state"),
    [
        ("accepted", {}, None),
        ("unknown", {}, None),
        ("refused", {}, "nothing_to_close"),
        ("not-sent", {}, "nothing_to_close"),
        # The endpoint's exit cannot open a position: better one too many than one too few.
        ("refused", {"is_exit_safe": True}, None),
        ("not-sent", {"is_exit_safe": True}, None),
        # The owner sends it again and knows what that means.
        ("not-sent", {"is_replayed": True}, None),
        # Its owner said that the position is closed, while it was under way.
        ("accepted", {"is_settled": True}, "nothing_to_close"),
        (None, {"is_settled": True}, "nothing_to_close"),
        # The record profile knows nothing of all this.
        ("not-sent", {"is_in_sequence": False}, None),
        # It was on the wire: what its endpoint was told stays so.
        (None, {}, None),
        # A block holds back entries only.
        ("accepted", {"is_blocked": True}, None),
        ("accepted", {"is_overdue": True}, "expired"),
        ("accepted", {"is_overdue": True, "is_blocked": True}, "expired"),
        ("not-sent", {"is_overdue": True}, "nothing_to_close"),
        ("accepted", {"is_muted": True}, "skipped"),
        ("refused", {"is_muted": True}, "nothing_to_close"),
    ],
)
def test_exit_goes_out_unless_there_is_surely_nothing_to_close(entry_state, changes, state):
    ending = ending_of(EXIT._replace(entry_state=entry_state, **changes))
    assert (ending and ending.state) == state


@pytest.mark.parametrize(
    ("state", "entry_state", "is_settled", "blocks"),
    [
        ("failed", "accepted", False, True),
        ("expired", "accepted", False, True),
        ("skipped", "accepted", False, True),
        ("failed", "unknown", False, True),
        ("expired", "unknown", False, True),
        ("skipped", "unknown", False, True),
        ("failed", "refused", False, False),
        ("expired", "not-sent", False, False),
        ("failed", "accepted", True, False),
        ("delivered", "accepted", False, False),
        ("pending", "accepted", False, False),
        ("nothing_to_close", "not-sent", False, False),
    ],
)
def test_exit_that_did_not_arrive_blocks_while_its_position_may_be_open(
    state, entry_state, is_settled, blocks
):
    assert blocks_later_entries(state, entry_state, is_settled) is blocks

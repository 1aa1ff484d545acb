"""The kinds of message an endpoint can receive."""

from django.db import models


class EventType(models.TextChoices):
    """What a user can subscribe an endpoint to; `test` goes to the endpoint under test only."""

    ENTRY_LONG = "entry_long", "Entry, long"
    ENTRY_SHORT = "entry_short", "Entry, short"
    EXIT_LONG = "exit_long", "Exit, long"
    EXIT_SHORT = "exit_short", "Exit, short"
    COMPLIANCE_BREACH = "compliance_breach", "Compliance breach"


TEST = "test"


def all_events() -> list[str]:
    return list(EventType.values)

"""What the serializers of endpoints and templates share: bodies by event, held against them."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from rest_framework import serializers

from trader.api.strict import Strict
from webhooks import rules
from webhooks.meaning_rules import MeaningError, clean_event_bodies
from webhooks.models import Endpoint, Template

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", Endpoint, Template)


def by_rule(rule: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
    try:
        return rule(*values, **named)
    except rules.RuleError as problem:
        raise serializers.ValidationError(str(problem)) from None


class BodiesSerializer(Strict[M], serializers.ModelSerializer[M]):
    """What endpoints and templates share: a text for each event, and the question whether words
    that contradict an event are meant so."""

    event_bodies = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        help_text="Texts of single events, by event; they win over the text for all. Sent again "
        "they replace all that were there.",
    )
    confirm_action_mismatch = serializers.BooleanField(
        required=False,
        default=False,
        write_only=True,
        help_text="Save a body of your own although its words contradict an event.",
    )

    def validate_event_bodies(self, value: dict[str, str]) -> dict[str, str]:
        return by_rule(clean_event_bodies, value)


def check_meaning(check: Callable[[], None]) -> None:
    """What would mean something else is an error of the field where that is mended."""
    try:
        check()
    except MeaningError as problem:
        raise serializers.ValidationError({problem.field: str(problem)}) from None

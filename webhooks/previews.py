"""What an endpoint would send for each of its events, with sample values."""

from typing import NamedTuple

from webhooks.bodies.frozen import filled_in
from webhooks.bodies.meaning import (
    closes_twice,
    mismatches,
    needs_confirmation,
    sends_order,
)
from webhooks.bodies.payloads import summary_line
from webhooks.bodies.placeholders import (
    SAMPLE_VALUES,
    MessageValues,
    TemplateError,
    check_template,
)
from webhooks.bodies.samples import sample_values
from webhooks.events import EventType
from webhooks.models import Endpoint, Template


class Preview(NamedTuple):
    """One rendered body. `warning`: why it says something else than its event; `problem`: why it
    can't be saved at all."""

    event_type: str
    label: str
    body: str
    is_chat: bool
    is_order: bool
    warning: str = ""
    problem: str = ""


def previews(endpoint: Endpoint) -> list[Preview]:
    """Of every ticked event, in the usual order."""
    warnings = {one.event_type: one.text for one in mismatches(endpoint)}
    ticked = [event for event in EventType.values if event in endpoint.events]
    return [preview(endpoint, event, warnings.get(event, "")) for event in ticked]


def preview(
    endpoint: Endpoint, event_type: str, warning: str = "", is_test: bool = False
) -> Preview:
    return Preview(
        event_type,
        str(EventType(event_type).label),
        filled_in(endpoint, event_type, sample_values(event_type, is_test)).body,
        not endpoint.body_text(event_type),
        sends_order(endpoint, event_type),
        warning,
        _problem(endpoint.body_text(event_type)),
    )


def _problem(text: str) -> str:
    try:
        check_template(text or "null")
    except TemplateError as problem:
        return str(problem)
    return ""


def warnings_of(endpoint: Endpoint) -> list[str]:
    """What is at odds in a stored endpoint, which goes on as it is until its owner changes it."""
    found = [one.text for one in mismatches(endpoint)]
    if closes_twice(endpoint):
        found.append(
            "The receiver has the stop, and our exit could open a position where it has already "
            "closed one."
        )
    return found


def template_previews(template: Template) -> list[Preview]:
    """Of the events that a template is meant for; of one entry when it is for any and holds no
    order."""
    events = template.events or list(EventType.values)
    rows = previews(Endpoint(template=template, events=events))
    if template.events or any(row.is_order for row in rows):
        return [row for row in rows if not row.warning]
    return rows[:1]


SHOWN_BEFORE: MessageValues = {
    "message_id": str(SAMPLE_VALUES["message_id"]),
    "sequence": 7,
    "expires_at": str(SAMPLE_VALUES["expires_at"]),
}


class Trial(NamedTuple):
    """A test before it is sent: what its receiver would get, and whether it has to be confirmed.

    `is_taken`: the endpoint gets such messages at all, else it gets no test of them either.
    `needs_name`: confirmed by the name of the endpoint, since its receiver trades or could.
    """

    endpoint: Endpoint
    event_type: str
    label: str
    body: str
    is_order: bool
    is_taken: bool
    needs_name: bool


def trial(endpoint: Endpoint, event_type: str, values: MessageValues | None = None) -> Trial:
    """`values`: those of the message; the samples of the event when none are given."""
    # What is known only when it is stored is shown by its sample.
    given: MessageValues = {**SHOWN_BEFORE, **(values or sample_values(event_type))}
    marked: MessageValues = {**given, "is_test": True, "summary": summary_line(given, is_test=True)}
    return Trial(
        endpoint,
        event_type,
        str(EventType(event_type).label),
        filled_in(endpoint, event_type, marked).body,
        sends_order(endpoint, event_type),
        event_type in endpoint.events,
        needs_confirmation(endpoint, event_type),
    )


def tested_event(endpoint: Endpoint, wanted: str) -> str:
    """The event whose body is tried: the one asked for where it is ticked, else the first."""
    if wanted in endpoint.events:
        return wanted
    ticked = (event for event in EventType.values if event in endpoint.events)
    return next(ticked, EventType.ENTRY_LONG.value)


def is_confirmed_by_name(endpoint: Endpoint, typed: str) -> bool:
    return " ".join(typed.split()) == " ".join(endpoint.name.split())


def question_before_test(endpoint: Endpoint) -> str:
    """Asked before a test goes where something trades."""
    return (
        f"A bot may act on what {endpoint.name} gets, a test too. Look at the body, then send it "
        "with confirm: true."
    )

"""What an endpoint would send for each of its events, with sample values."""

from typing import NamedTuple

from webhooks.events import EventType
from webhooks.models import Endpoint, Template
from webhooks.outbound.bodies import filled_in
from webhooks.outbound.meaning import closes_twice, mismatches, sends_order
from webhooks.outbound.placeholders import TemplateError, check_template
from webhooks.outbound.samples import sample_values


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

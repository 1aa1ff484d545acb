"""What stands in a form at this moment, right or wrong, as rows that are not stored."""

from django.http import QueryDict

from accounts.models import User
from webhooks.bodies.meaning import carries_bracket, meant_events
from webhooks.body_fields import texts_in
from webhooks.events import EventType
from webhooks.forms import EndpointForm
from webhooks.meaning_rules import CONFIRM, MeaningError, check_endpoint
from webhooks.models import Endpoint, Template
from webhooks.previews import previews
from webhooks.profiles import ORDER, PROFILES


def draft_endpoint(user: User, data: QueryDict) -> Endpoint:
    profile, stops_at = data.get("profile", ""), data.get("stops_at", "")
    return Endpoint(
        profile=profile if profile in PROFILES else ORDER,
        events=_events(data),
        template=_template(user, data.get("template", "")),
        payload_template=data.get("payload_template", ""),
        event_bodies=texts_in(data),
        stops_at=stops_at if stops_at in Endpoint.StopsAt.values else Endpoint.StopsAt.RECEIVER,
    )


def first_draft(form: EndpointForm) -> Endpoint:
    """That of a form nobody has touched yet."""
    if form.instance.pk is not None:
        endpoint: Endpoint = form.instance
        return endpoint
    template = _template(form.user, str(form.initial.get("template") or ""))
    return Endpoint(template=template, events=meant_events(template))


def form_of(user: User, draft: Endpoint, is_confirmed: bool) -> EndpointForm:
    """A form that shows the draft and judges nothing else that stands in it."""
    form = EndpointForm(user)
    shown = {"events": draft.events, "stops_at": draft.stops_at, CONFIRM: is_confirmed}
    form.initial = {**form.initial, **shown}
    return form


def draft_context(draft: Endpoint) -> dict[str, object]:
    """What its events send, and why it can't be saved so."""
    rows = previews(draft)
    problem = None
    if draft.events and not any(row.problem for row in rows):
        try:
            check_endpoint(draft, is_confirmed=False)
        except MeaningError as found:
            problem = found
    return {"previews": rows, "has_bracket": carries_bracket(draft), "problem": problem}


def draft_template(data: QueryDict) -> Template:
    return Template(
        name="this template",
        payload_template=data.get("payload_template", ""),
        event_bodies=texts_in(data),
        events=_events(data),
    )


def _events(data: QueryDict) -> list[str]:
    chosen = set(data.getlist("events"))
    return [event for event in EventType.values if event in chosen]


def _template(user: User, identifier: str) -> Template | None:
    if not identifier or "\0" in identifier:
        return None
    found: Template | None = Template.objects.for_user(user).filter(pk=identifier).first()
    return found

"""Forms of endpoints and templates; the rules are those of the API."""

import math
from collections.abc import Iterable, Mapping

from django import forms
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.models import User
from accounts.openings import OpenedForm
from webhooks import hooks, rules
from webhooks.bodies.meaning import meant_events
from webhooks.body_fields import CHECK, CODE_AREA, BodyFields, by_rule
from webhooks.events import EventType
from webhooks.meaning_rules import check_endpoint, check_template, clean_meant_events
from webhooks.models import Delivery, Endpoint, Template
from webhooks.models.endpoint import DEFAULT_LATE_SECONDS, MAX_LATE_SECONDS
from webhooks.models.template import ANY_EVENT

Data = Mapping[str, object]
ANY_CATEGORY = "Any event"
INPUT = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}


class EndpointForm(BodyFields, OpenedForm[Endpoint]):
    name = forms.CharField(max_length=80)
    url = forms.CharField(
        label="Address",
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        help_text="Where messages are posted to. It must be reachable from the internet.",
    )
    events = forms.MultipleChoiceField(
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        error_messages={"required": "Choose at least one event."},
    )
    subjects = forms.MultipleChoiceField(
        label="Strategies",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        help_text="None ticked means all, those you build later included.",
    )
    header_lines = forms.CharField(
        label="Additional headers",
        required=False,
        widget=forms.Textarea(attrs={**CODE_AREA, "rows": 3}),
        help_text="One per line, such as Authorization: Bearer …. Stored encrypted.",
    )

    late_after_seconds = forms.IntegerField(
        label="Late after, seconds",
        required=False,
        initial=DEFAULT_LATE_SECONDS,
        min_value=1,
        max_value=MAX_LATE_SECONDS,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        help_text="From then on messages carry X-RoR-Late: true, counted from when the bar came.",
    )
    flat_lines = forms.CharField(
        label="Answers that mean “already flat”",
        required=False,
        widget=forms.Textarea(attrs={**CODE_AREA, "rows": 3}),
        help_text="One per line: a status and words of the answer, such as 404 no position. "
        "An exit answered so counts as accepted.",
    )

    class Meta:
        model = Endpoint
        fields = [
            "name",
            "url",
            "profile",
            "ttl_seconds",
            "events",
            "subjects",
            "template",
            "payload_template",
            "stops_at",
            "rate_per_second",
            "late_after_seconds",
            "success_path",
            "success_value",
            "exit_cannot_open",
            "max_entry_notional",
        ]
        labels = {
            "profile": "Retries",
            "ttl_seconds": "Time to live of an entry, seconds",
            "template": "Body template",
            "payload_template": "A body of your own, for all events",
            "stops_at": "Stop and target live",
            "rate_per_second": "Messages per second, at most",
            "success_path": "Accepted only when this JSON field of the answer",
            "success_value": "has this value",
            "exit_cannot_open": "An exit here can only close",
            "max_entry_notional": "Hold entries worth more than",
        }
        help_texts = {
            "ttl_seconds": "10 to 3,600. An entry older than this expires and is not sent.",
            "template": "Choosing one ticks the events it is right for.",
            "payload_template": "JSON with {{placeholders}}; used instead of the template.",
            "stops_at": "At the receiver: the entry carries its stop and target, and our exits "
            "only close what is still open. Here: the entry carries neither, and an exit is sent "
            "when one is reached.",
            "rate_per_second": "1 to 50. More wait for their turn.",
            "success_path": "For receivers that answer 200 and say no in the body: names joined "
            "by dots, such as success or result.ok. Empty: every 2xx is an acceptance.",
            "exit_cannot_open": "Tick it only if your receiver ignores a close when nothing is "
            "open. Exits then go out even when their entry never arrived; otherwise such an exit "
            "ends as “nothing to close”, because it might open the opposite position.",
            "max_entry_notional": "Quantity times price, in the instrument's currency. An entry "
            "above it waits for you to send or drop it. Empty: no ceiling. Exits are never held.",
        }
        widgets = {
            "payload_template": forms.Textarea(attrs=CODE_AREA),
            "profile": forms.RadioSelect(attrs=CHECK),
            "stops_at": forms.RadioSelect(attrs=CHECK),
            "exit_cannot_open": forms.CheckboxInput(attrs=CHECK),
            "success_path": forms.TextInput(attrs=INPUT),
            "success_value": forms.TextInput(attrs=INPUT),
            "max_entry_notional": forms.NumberInput(
                attrs={"class": "form-control", "step": "any", "list": "proposed-ceiling"}
            ),
        }

    def __init__(
        self, user: User, data: Data | None = None, instance: Endpoint | None = None
    ) -> None:
        super().__init__(data, instance=instance)
        self.user = user
        self.url_warning = ""
        # Absent where a body carries neither stop nor target.
        self.fields["stops_at"].required = False
        self.add_body_fields(self.instance.event_bodies)
        self._offer_templates(Template.objects.for_user(user))
        self.fields["subjects"].choices = hooks.choices(user)  # type: ignore[attr-defined]
        lines = [f"{name}: {value}" for name, value in self.instance.extra_headers.items()]
        self.fields["header_lines"].initial = "\n".join(lines)
        flat = [f"{one['status']} {one['text']}" for one in self.instance.flat_answers]
        self.fields["flat_lines"].initial = "\n".join(flat)
        for name in ("name", "url", "ttl_seconds", "rate_per_second"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["template"].widget.attrs["class"] = "form-select"

    def _offer_templates(self, rows: Iterable[Template]) -> None:
        """In groups, those first that are right for every event; a new endpoint begins with one."""
        field = self.fields["template"]
        field.queryset = rows  # type: ignore[attr-defined]
        field.widget.choices = grouped(rows)  # type: ignore[attr-defined]
        field.widget.attrs |= {
            "hx-post": reverse("webhooks:payload-preview"),
            "hx-trigger": "change consume",
            "hx-include": "closest form",
            "hx-target": "#preview",
            "hx-vals": '{"preset": "1"}',
        }
        if self.instance.pk is None:
            first = next((row for row in rows if row.pk == ANY_EVENT), None)
            self.initial["template"] = first and first.pk
            self.fields["events"].initial = meant_events(first)

    def clean_url(self) -> str:
        url, self.url_warning = by_rule(rules.clean_url, self.cleaned_data["url"])
        return url

    def clean_payload_template(self) -> str:
        return by_rule(rules.clean_template_text, self.cleaned_data["payload_template"])

    def clean_header_lines(self) -> str:
        text: str = self.cleaned_data["header_lines"]
        self.headers = by_rule(rules.parse_header_lines, text)
        return text

    def clean_late_after_seconds(self) -> int:
        return self.cleaned_data["late_after_seconds"] or self.instance.late_after_seconds

    def clean_success_path(self) -> str:
        return by_rule(rules.clean_success_path, self.cleaned_data["success_path"])

    def clean_flat_lines(self) -> str:
        text: str = self.cleaned_data["flat_lines"]
        self.flat_answers = by_rule(rules.parse_flat_lines, text)
        return text

    def reads_answers(self) -> bool:
        """Whether it says something of its receiver's answers, or a part of that is refused."""
        names = ("flat_lines", "success_path", "success_value")
        is_wrong = any(self[name].errors for name in names)
        return is_wrong or bool(self["flat_lines"].value() or self["success_path"].value())

    @cached_property
    def proposed_ceiling(self) -> int | None:
        """Twice the largest entry of the chosen strategies' backtests, rounded up to hundreds."""
        worth = hooks.largest_notional(self.user, self.instance.subjects)
        return math.ceil(2 * worth / 100) * 100 if worth else None

    def clean_events(self) -> list[str]:
        return by_rule(rules.clean_events, self.cleaned_data["events"])

    def clean_stops_at(self) -> str:
        chosen: str = self.cleaned_data["stops_at"] or self.instance.stops_at
        return chosen

    def clean_subjects(self) -> list[str]:
        return by_rule(rules.clean_subjects, self.user, self.cleaned_data["subjects"])

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        count = Endpoint.objects.for_user(self.user).count()
        if self.instance.pk is None and count >= rules.MAX_ENDPOINTS_PER_USER:
            raise forms.ValidationError(f"You have {count} endpoints, the most there can be.")
        self.bodies = self.clean_bodies()
        if not self.errors:
            candidate = self.candidate()
            self.check_meaning(lambda is_confirmed: check_endpoint(candidate, is_confirmed))
        return cleaned

    def candidate(self) -> Endpoint:
        """What is to be saved, as far as it decides what is sent."""
        names = ("profile", "events", "template", "payload_template", "stops_at")
        return Endpoint(
            event_bodies=self.bodies, **{name: self.cleaned_data[name] for name in names}
        )

    def save(self, commit: bool = True) -> Endpoint:
        self.instance.user = self.user
        self.instance.extra_headers = self.headers
        self.instance.event_bodies = self.bodies
        self.instance.flat_answers = self.flat_answers
        if self.instance.pk is None:
            endpoint: Endpoint = super().save(commit)
            return endpoint
        others = ("extra_headers", "event_bodies", "flat_answers")
        self.instance.save_settings([*self._meta.fields, *others])  # type: ignore[misc]
        return self.instance


def grouped(templates: Iterable[Template]) -> list[tuple[str, object]]:
    """Choices of a template, under headings."""
    rows = list(templates)
    any_event = [row for row in rows if row.is_default and row.category == ANY_CATEGORY]
    one_kind = [row for row in rows if row.is_default and row.category != ANY_CATEGORY]
    own = [row for row in rows if not row.is_default]
    groups = [
        ("Orders, right for every entry and exit", any_event),
        ("Yours", own),
        ("Orders of one kind only", one_kind),
    ]
    choices: list[tuple[str, object]] = [
        (heading, [(row.pk, row.name) for row in members]) for heading, members in groups if members
    ]
    return [*choices[:1], ("", "Chat message for Discord and Slack"), *choices[1:]]


class TemplateForm(BodyFields, OpenedForm[Template]):
    events = forms.MultipleChoiceField(
        label="Meant for",
        required=False,
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple(attrs=CHECK),
        help_text="None ticked means any. An endpoint can't send it for others.",
    )

    class Meta:
        model = Template
        fields = ["name", "category", "events", "payload_template"]
        labels = {"payload_template": "Body for all events"}
        widgets = {
            "name": forms.TextInput(attrs={"class": "form-control"}),
            "category": forms.TextInput(attrs={"class": "form-control"}),
            "payload_template": forms.Textarea(attrs={**CODE_AREA, "rows": 14}),
        }

    def __init__(
        self, user: User, data: Data | None = None, instance: Template | None = None
    ) -> None:
        super().__init__(data, instance=instance)
        self.user = user
        self.add_body_fields(self.instance.event_bodies)

    def clean_events(self) -> list[str]:
        return by_rule(clean_meant_events, self.cleaned_data["events"])

    def clean_payload_template(self) -> str:
        return by_rule(rules.clean_template_text, self.cleaned_data["payload_template"])

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        count = Template.objects.editable_by(self.user).count()
        if self.instance._state.adding and count >= rules.MAX_TEMPLATES_PER_USER:
            raise forms.ValidationError(f"You have {count} templates, the most there can be.")
        self.bodies = self.clean_bodies()
        if not self.errors:
            self.check_meaning(self._check)
        return cleaned

    def _check(self, is_confirmed: bool) -> None:
        candidate = Template(
            name=self.cleaned_data["name"],
            events=self.cleaned_data["events"],
            payload_template=self.cleaned_data["payload_template"],
            event_bodies=self.bodies,
        )
        is_new = self.instance._state.adding
        users = [] if is_new else self.instance.endpoints.select_related("template")
        check_template(candidate, is_confirmed, users)

    def save(self, commit: bool = True) -> Template:
        self.instance.user = self.user
        self.instance.event_bodies = self.bodies
        template: Template = super().save(commit)
        return template


class DeliveryFilter(forms.Form):
    """Filters of the delivery log; anything it doesn't know is ignored."""

    state = forms.ChoiceField(required=False)
    event_type = forms.ChoiceField(required=False, label="Event")
    subject = forms.ChoiceField(required=False, label="Strategy")
    endpoint = forms.ChoiceField(required=False)

    def __init__(self, user: User, data: Data) -> None:
        super().__init__(data)
        endpoints = Endpoint.objects.for_user(user).values_list("code", "name")
        choices: dict[str, list[tuple[str, str]]] = {
            "state": [("", "Any state"), *Delivery.State.choices],
            "event_type": [("", "Any event"), *EventType.choices, ("test", "Test")],
            "subject": [("", "Any strategy"), *hooks.choices(user)],
            "endpoint": [("", "Any endpoint"), *((str(code), name) for code, name in endpoints)],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["class"] = "form-select"

    def filters(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

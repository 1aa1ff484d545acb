"""Endpoints, templates and deliveries as JSON; the rules are those of the forms."""

from collections.abc import Mapping

from django.db.models import QuerySet
from rest_framework import serializers

from trader.api.reading import ReadSerializer
from trader.api.strict import Strict
from webhooks import rules
from webhooks.bodies.meaning import suited_events
from webhooks.body_serializer import BodiesSerializer, by_rule, check_meaning
from webhooks.meaning_rules import (
    check_endpoint,
    check_template,
    clean_meant_events,
)
from webhooks.models import Attempt, Delivery, Endpoint, Lane, Template
from webhooks.models.endpoint import FlatAnswer
from webhooks.querysets import TemplateQuerySet

# What decides what is sent for which event.
MEANING = {"profile", "events", "template", "payload_template", "event_bodies", "stops_at"}


class OwnTemplates(serializers.PrimaryKeyRelatedField[Template]):
    """A template by id: the caller's own or a default; another user's does not exist."""

    def get_queryset(self) -> QuerySet[Template]:
        rows: TemplateQuerySet = Template.objects.all()
        request = self.context.get("request")
        return rows.for_user(request.user) if request is not None else rows.none()


class FlatAnswerSerializer(Strict[FlatAnswer]):
    """An answer to an exit that means: there is no position. `text` stands in its body."""

    status = serializers.IntegerField(min_value=200, max_value=599)
    text = serializers.CharField(min_length=rules.MIN_FLAT_TEXT, max_length=rules.MAX_FLAT_TEXT)


class EndpointSerializer(BodiesSerializer[Endpoint]):
    """`secret` is part of the answer to creating only; later it has an address of its own."""

    id = serializers.UUIDField(source="code", read_only=True)
    url = serializers.CharField(max_length=2000)
    events = serializers.ListField(
        child=serializers.CharField(max_length=30),
        required=False,
        help_text="When absent on creating: those that the template or body is right for.",
    )
    subjects = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, max_length=500
    )
    template = OwnTemplates(required=False, allow_null=True)
    payload_template = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False
    )
    headers = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, write_only=True
    )
    header_names = serializers.SerializerMethodField()
    flat_answers = FlatAnswerSerializer(many=True, required=False)
    health = serializers.CharField(read_only=True)
    warnings = serializers.SerializerMethodField(
        help_text="Of the answer to a change: what is stored and may not work."
    )
    url_warning = ""

    class Meta:
        model = Endpoint
        fields = [
            "id",
            "name",
            "url",
            "profile",
            "ttl_seconds",
            "events",
            "subjects",
            "template",
            "payload_template",
            "event_bodies",
            "stops_at",
            "confirm_action_mismatch",
            "rate_per_second",
            "late_after_seconds",
            "success_path",
            "success_value",
            "flat_answers",
            "exit_cannot_open",
            "max_entry_notional",
            "headers",
            "header_names",
            "is_enabled",
            "disabled_reason",
            "disabled_at",
            "health",
            "circuit_state",
            "n_delivered",
            "n_failed_attempts",
            "n_failures_in_row",
            "last_success_at",
            "last_failure_at",
            "last_error",
            "created_at",
            "updated_at",
            "warnings",
        ]
        read_only_fields = [
            "disabled_reason",
            "disabled_at",
            "circuit_state",
            "n_delivered",
            "n_failed_attempts",
            "n_failures_in_row",
            "last_success_at",
            "last_failure_at",
            "last_error",
            "created_at",
            "updated_at",
        ]

    def get_header_names(self, endpoint: Endpoint) -> list[str]:
        return list(endpoint.extra_headers)

    def get_warnings(self, endpoint: Endpoint) -> list[str]:
        return [self.url_warning] if self.url_warning else []

    def validate_url(self, value: str) -> str:
        url, self.url_warning = by_rule(rules.clean_url, value)
        return url

    def validate_events(self, value: list[str]) -> list[str]:
        return by_rule(rules.clean_events, value)

    def validate_subjects(self, value: list[str]) -> list[str]:
        return by_rule(rules.clean_subjects, self.context["request"].user, value)

    def validate_payload_template(self, value: str) -> str:
        return by_rule(rules.clean_template_text, value)

    def validate_success_path(self, value: str) -> str:
        return by_rule(rules.clean_success_path, value)

    def validate_flat_answers(self, value: list[FlatAnswer]) -> list[FlatAnswer]:
        return by_rule(rules.clean_flat_answers, value)

    def create(self, validated_data: dict[str, object]) -> Endpoint:
        endpoint: Endpoint = Endpoint.objects.create(**validated_data)
        return endpoint

    def validate_headers(self, value: dict[str, str]) -> dict[str, str]:
        return by_rule(rules.clean_headers, value)

    def update(self, instance: Endpoint, validated_data: dict[str, object]) -> Endpoint:
        """Writes what was sent and nothing else: a sender may be counting on the same row."""
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save_settings(validated_data)
        return instance

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if self.instance is None:
            count = Endpoint.objects.for_user(self.context["request"].user).count()
            if count >= rules.MAX_ENDPOINTS_PER_USER:
                raise serializers.ValidationError(f"You have {count} endpoints, the most allowed.")
        if "headers" in attrs:
            attrs["extra_headers"] = attrs.pop("headers")
        is_confirmed = bool(attrs.pop("confirm_action_mismatch", False))
        if self.instance is None or attrs.keys() & MEANING:
            candidate = self._candidate(attrs)
            if self.instance is None and "events" not in attrs:
                attrs["events"] = candidate.events = suited_events(candidate)
            check_meaning(lambda: check_endpoint(candidate, is_confirmed))
        return attrs

    def _candidate(self, attrs: Mapping[str, object]) -> Endpoint:
        """What is to be stored, as far as it decides what is sent."""
        now = self.instance or Endpoint()
        return Endpoint(**{name: attrs.get(name, getattr(now, name)) for name in MEANING})


class CreatedEndpointSerializer(EndpointSerializer):
    """The answer to creating: the only one that holds the secret as well."""

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]
        read_only_fields = [*EndpointSerializer.Meta.read_only_fields, "secret"]


class EndpointSecretSerializer(serializers.Serializer[Endpoint]):
    secret = serializers.CharField(read_only=True)


class TemplateSerializer(BodiesSerializer[Template]):
    payload_template = serializers.CharField(
        required=False, allow_blank=True, trim_whitespace=False
    )
    category = serializers.CharField(max_length=60, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=30),
        required=False,
        help_text="What it is meant for; an endpoint can't send it for others. Empty: any event.",
    )

    class Meta:
        model = Template
        fields = [
            "id",
            "name",
            "category",
            "is_default",
            "events",
            "payload_template",
            "event_bodies",
            "confirm_action_mismatch",
            "created_at",
        ]
        read_only_fields = ["id", "is_default", "created_at"]

    def validate_payload_template(self, value: str) -> str:
        return by_rule(rules.clean_template_text, value)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if self.instance is None:
            count = Template.objects.editable_by(self.context["request"].user).count()
            if count >= rules.MAX_TEMPLATES_PER_USER:
                raise serializers.ValidationError(f"You have {count} templates, the most allowed.")
        is_confirmed = bool(attrs.pop("confirm_action_mismatch", False))
        now = self.instance or Template()
        names = ("name", "events", "payload_template", "event_bodies")
        candidate = Template(**{name: attrs.get(name, getattr(now, name)) for name in names})
        users = [] if self.instance is None else self.instance.endpoints.select_related("template")
        check_meaning(lambda: check_template(candidate, is_confirmed, users))
        return attrs

    def validate_events(self, value: list[str]) -> list[str]:
        return by_rule(clean_meant_events, value)


class AttemptSerializer(ReadSerializer[Attempt]):
    class Meta:
        model = Attempt
        fields = [
            "number",
            "outcome",
            "started_at",
            "queue_ms",
            "dns_ms",
            "connect_ms",
            "first_byte_ms",
            "total_ms",
            "address",
            "status",
            "response",
            "error",
        ]
        read_only_fields = fields


class DeliverySerializer(ReadSerializer[Delivery]):
    id = serializers.UUIDField(source="code", read_only=True)
    endpoint = serializers.UUIDField(source="endpoint.code", read_only=True)
    endpoint_name = serializers.CharField(source="endpoint.name", read_only=True)
    entry_state = serializers.CharField(
        read_only=True,
        help_text="Of an exit that was sent: accepted, refused, not-sent or unknown; else empty.",
    )

    class Meta:
        model = Delivery
        fields = [
            "id",
            "endpoint",
            "endpoint_name",
            "message_code",
            "sequence",
            "event_type",
            "subject",
            "summary",
            "state",
            "reason",
            "entry_state",
            "settled_at",
            "n_attempts",
            "last_status",
            "is_test",
            "is_exit",
            "is_late",
            "is_replayed",
            "is_fallback_body",
            "occurred_at",
            "received_at",
            "expires_at",
            "deadline",
            "next_attempt_at",
            "delivered_at",
            "created_at",
        ]
        read_only_fields = fields


class DeliveryDetailSerializer(DeliverySerializer):
    attempts = AttemptSerializer(many=True, read_only=True)
    waits_for = serializers.CharField(
        read_only=True, help_text="The message before it that it waits for, or its owner."
    )

    class Meta(DeliverySerializer.Meta):
        fields = [*DeliverySerializer.Meta.fields, "waits_for", "body", "attempts"]
        read_only_fields = fields


class ResendSerializer(Strict[None]):
    """`confirm` sends a stale message; without it an entry or an expired exit answers 409."""

    confirm = serializers.BooleanField(default=False)


class BlockSerializer(ReadSerializer[Lane]):
    """An exit that did not arrive although its position may be open; `id` is its delivery.

    Entries of the same strategy wait and end `blocked` at their time to live.
    """

    id = serializers.UUIDField(source="blocked_by.code", read_only=True)
    endpoint = serializers.UUIDField(source="endpoint.code", read_only=True)
    endpoint_name = serializers.CharField(source="endpoint.name", read_only=True)
    summary = serializers.CharField(source="blocked_by.summary", read_only=True)
    state = serializers.CharField(source="blocked_by.state", read_only=True)
    reason = serializers.CharField(source="blocked_by.reason", read_only=True)
    n_waiting = serializers.IntegerField(read_only=True, help_text="Entries that wait.")

    class Meta:
        model = Lane
        fields = [
            "id",
            "endpoint",
            "endpoint_name",
            "subject",
            "summary",
            "state",
            "reason",
            "n_waiting",
            "blocked_at",
        ]
        read_only_fields = fields


class ResendFailedSerializer(Strict[None]):
    since = serializers.DateTimeField()
    include_entries = serializers.BooleanField(
        default=False, help_text="Stale messages too: entries, and exits that expired."
    )


class ResendFailedAnswer(serializers.Serializer[None]):
    sent = serializers.IntegerField(read_only=True)
    left_alone = serializers.IntegerField(read_only=True)


class DeliveryFilterSerializer(serializers.Serializer[None]):
    """Query parameters of the delivery list; an unusable value answers 400."""

    endpoint = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False)
    event_type = serializers.CharField(max_length=30, required=False)
    subject = serializers.CharField(max_length=80, required=False)
    message = serializers.UUIDField(required=False)
    is_test = serializers.BooleanField(required=False, allow_null=True, default=None)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)

    LOOKUPS = {
        "endpoint": "endpoint__code",
        "message": "message_code",
        "since": "created_at__gte",
        "until": "created_at__lt",
    }

    def lookups(self) -> dict[str, object]:
        given = self.validated_data.items()
        return {self.LOOKUPS.get(name, name): value for name, value in given if value is not None}

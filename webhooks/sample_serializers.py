"""A test before it is sent, and the wish to send it, as JSON."""

from rest_framework import serializers

from trader.api.strict import Strict
from webhooks.events import EventType
from webhooks.previews import Trial


class TestQuerySerializer(serializers.Serializer[None]):
    __test__ = False

    event = serializers.ChoiceField(
        choices=EventType.choices,
        required=False,
        help_text="Whose body it carries, one that the endpoint gets; the first when absent.",
    )


class TestSerializer(Strict[None], TestQuerySerializer):
    confirm = serializers.BooleanField(
        default=False, help_text="Send it although its receiver could take it for an order."
    )


class TrialSerializer(serializers.Serializer[Trial]):
    """A test before it is sent. Id, sequence and times are filled in when it is."""

    endpoint = serializers.UUIDField(source="endpoint.code", read_only=True)
    endpoint_name = serializers.CharField(source="endpoint.name", read_only=True)
    event = serializers.CharField(source="event_type", read_only=True)
    body = serializers.CharField(read_only=True)
    is_order = serializers.BooleanField(
        read_only=True, help_text="A bot that reads the body could trade on it."
    )
    takes_event = serializers.BooleanField(
        source="is_taken", read_only=True, help_text="The endpoint gets such messages at all."
    )
    needs_confirm = serializers.BooleanField(source="needs_name", read_only=True)

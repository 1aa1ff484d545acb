"""Alerts and the monitor as the API shows and takes them."""

from rest_framework import serializers

from alerts.explanation import sentence
from alerts.models import Alert
from alerts.models.documents import MonitorDocument, StrategyStatus
from trader.api.reading import ReadSerializer
from trader.api.strict import Strict


class AlertSerializer(ReadSerializer[Alert]):
    strategy_id = serializers.IntegerField(read_only=True, allow_null=True)
    bar_time = serializers.DateTimeField(source="bar_at", read_only=True)
    event_type = serializers.CharField(read_only=True)
    explanation = serializers.SerializerMethodField(
        help_text="Why it fired, with the values compared, what was required, and how much."
    )

    class Meta:
        model = Alert
        fields = (
            "id", "code", "alert_type", "event_type", "level", "source", "strategy_id",
            "strategy_name", "symbol", "direction", "timeframe", "data_source", "trigger",
            "exec_type", "exit_reason", "price", "stop_price", "target_price", "bar_time",
            "trigger_at", "fill_at", "received_at", "created_at", "is_late", "acknowledged",
            "acknowledged_at", "explanation", "data",
        )  # fmt: skip
        read_only_fields = fields

    def get_explanation(self, alert: Alert) -> str:
        return sentence(alert)


class AcknowledgedSerializer(serializers.Serializer[dict[str, int]]):
    acknowledged = serializers.IntegerField(help_text="How many alerts this call marked as seen.")


class MonitorRequestSerializer(Strict[dict[str, str]]):
    state = serializers.ChoiceField(choices=["running", "stopped"])


class StrategyStatusSerializer(serializers.Serializer[StrategyStatus]):
    strategy = serializers.IntegerField()
    status = serializers.CharField()
    entered_before_monitoring = serializers.BooleanField()
    position = serializers.DictField(allow_null=True)
    last_bar_ts = serializers.IntegerField(allow_null=True)
    monitored_since_ts = serializers.IntegerField()
    note = serializers.CharField()
    error = serializers.CharField()


class MonitorSerializer(serializers.Serializer[MonitorDocument]):
    state = serializers.CharField()
    desired_state = serializers.CharField()
    running = serializers.BooleanField()
    last_heartbeat = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    last_poll = serializers.DateTimeField(allow_null=True)
    last_poll_duration_ms = serializers.FloatField(allow_null=True)
    strategies_monitored = serializers.IntegerField()
    errors = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    strategies = StrategyStatusSerializer(many=True)
    warnings = serializers.ListField(
        child=serializers.CharField(), help_text="Strategies that wait for bars that never come."
    )


class EventSerializer(serializers.Serializer[dict[str, object]]):
    seq = serializers.IntegerField()
    type = serializers.CharField()
    at = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]


class EventPageSerializer(serializers.Serializer[dict[str, object]]):
    top = serializers.IntegerField()
    reset = serializers.BooleanField(help_text="Too much was missed: load the page anew.")
    results = EventSerializer(many=True)

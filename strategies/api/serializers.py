"""Strategies, packs, runs and trades as the API shows and takes them."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from strategies.engine.evidence.judgement import Need
from strategies.models import Pack, Run, Strategy, Trade
from strategies.record.parts.costs import COST_FIELDS
from strategies.saving.order import LONGEST_TAG, MOST_TAGS
from strategies.trust.queue import check_of
from strategies.verdict import EvidenceDocument, evidence_document
from trader.api.reading import ReadSerializer
from trader.api.strict import Strict
from trader.work.instants import iso


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.ReadOnlyField):
    """Epoch seconds in the table, ISO-8601 UTC outside."""

    def to_representation(self, value: int | None) -> str | None:
        return None if value is None else iso(value)


class CostAmountsSerializer(serializers.Serializer[object]):
    """Costs by field; each is off at 0. Only documents it."""

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        amounts = {
            name: serializers.FloatField(required=False, min_value=0) for name in COST_FIELDS
        }
        return {**super().get_fields(), **amounts}


class CostStepSerializer(serializers.Serializer[object]):
    """What costs from a date on. Only documents it."""

    valid_from = serializers.DateField()

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        # A class attribute of this name would hide what a serializer keeps there.
        return {**super().get_fields(), "fields": CostAmountsSerializer()}


class CostsSerializer(CostAmountsSerializer):
    """What orders cost. Only documents it."""

    schedule = CostStepSerializer(many=True, required=False)


class LimitsSerializer(serializers.Serializer[object]):
    """When the strategy rests; what is left out or null is no limit. Only documents it."""

    max_trades_per_day = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="Entries filled on one date."
    )
    stop_after_losses = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="In a row on one date, R <= 0."
    )
    stop_after_loss_r = serializers.FloatField(
        required=False, allow_null=True, help_text="Above zero: net R of the date at or below -x."
    )
    stop_after_profit_r = serializers.FloatField(
        required=False, allow_null=True, help_text="Above zero: net R of the date at or above y."
    )
    cooldown_bars = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, help_text="Bars between exit and next entry."
    )


class StrategyRequestSerializer(serializers.Serializer[object]):
    """The flat record. Only documents it: `saving` checks every field."""

    name = serializers.CharField(required=False, max_length=120)
    symbol = serializers.CharField()
    direction = serializers.ChoiceField(
        choices=Strategy.Direction.choices, default=Strategy.Direction.LONG
    )
    timeframe = serializers.CharField(default="1Min")
    data_source = serializers.CharField()
    trading_session = serializers.CharField(default="RTH")
    entry_trigger_confluence_id = serializers.CharField()
    entry_confirmation = serializers.DictField(required=False, allow_null=True)
    exit_trigger_confluence_ids = serializers.ListField(
        child=serializers.CharField(), required=False
    )
    bar_count_exit = serializers.IntegerField(required=False, allow_null=True)
    time_exit_config = serializers.DictField(required=False, allow_null=True)
    confluence = serializers.ListField(child=serializers.CharField(), required=False)
    general_confluences = serializers.ListField(child=serializers.CharField(), required=False)
    stop_config = serializers.DictField(required=False, allow_null=True)
    target_config = serializers.DictField(required=False, allow_null=True)
    hifi = serializers.BooleanField(
        required=False, help_text="Decide bars that held both stop and target by finer bars."
    )
    costs = CostsSerializer(required=False, allow_null=True)
    limits = LimitsSerializer(required=False, allow_null=True)
    risk_per_trade = serializers.FloatField(required=False)
    starting_balance = serializers.FloatField(required=False)
    lookback_mode = serializers.CharField(required=False)
    data_days = serializers.IntegerField(required=False)
    bar_count = serializers.IntegerField(required=False, allow_null=True)
    lookback_start_date = serializers.DateField(required=False, allow_null=True)
    lookback_end_date = serializers.DateField(required=False, allow_null=True)
    notes = serializers.CharField(required=False)
    packs = serializers.ListField(child=serializers.DictField(), required=False)
    alert_tracking_enabled = serializers.BooleanField(required=False)


class StrategyEditSerializer(StrategyRequestSerializer):
    """Some fields of the record, with the version they were read at."""

    version = serializers.IntegerField(help_text="As read; an older one answers 409.")
    confirmed = serializers.BooleanField(
        required=False,
        help_text="Agree that a monitored strategy is reset, or that it waits on recorded bars.",
    )

    def get_fields(self) -> dict[str, serializers.Field[object, object, object, object]]:
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = name == "version"
        return fields


class StrategyOrderSerializer(Strict[object]):
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG),
        required=False,
        max_length=MOST_TAGS,
        help_text="All of them; they take the place of those there are.",
    )
    is_archived = serializers.BooleanField(required=False)


class TrustSummarySerializer(serializers.Serializer[object]):
    """Where the trust checks of a result stand. Only documents it."""

    status = serializers.ChoiceField(Run.Status.choices)
    progress = serializers.FloatField()
    progress_label = serializers.CharField()
    error = serializers.CharField()
    verdicts = serializers.DictField(
        child=serializers.ChoiceField(["passed", "caution", "failed", "described", "unknown"])
    )
    engine_version = serializers.CharField()
    seed = serializers.IntegerField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class TrustSerializer(TrustSummarySerializer):
    """The same with every figure. Only documents it."""

    result = serializers.DictField()


class StrategySerializer(ReadSerializer[Strategy]):
    """The flat record with what the server keeps about it."""

    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    trust = serializers.SerializerMethodField()
    forward_test_start = serializers.DateTimeField(
        source="forward_test_since",
        read_only=True,
        allow_null=True,
        help_text="Null on recorded bars, which never go on: nothing is tested forward there.",
    )

    figures_as_of = serializers.DateTimeField(
        read_only=True,
        allow_null=True,
        help_text="Market time up to which the figures speak; null before the first result.",
    )

    class Meta:
        model = Strategy
        fields: tuple[str, ...] = (
            "id", "code", "name", "symbol", "direction", "timeframe", "data_source",
            "strategy_origin", "trading_session", "notes", "tags", "archived_at", "deleted_at",
            "forward_testing",
            "forward_test_start", "alert_tracking_enabled", "kpis", "equity_curve_data",
            "is_stale", "data_refreshed_at", "figures_as_of", "version", "created_at",
            "updated_at", "trust",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(TrustSummarySerializer(allow_null=True))
    def get_trust(self, instance: Strategy) -> dict[str, object] | None:
        check = check_of(instance.current_run)
        return None if check is None else check.as_summary()

    def to_representation(self, instance: Strategy) -> dict[str, object]:
        return {**instance.config, **super().to_representation(instance)}


class SavedStrategySerializer(StrategySerializer):
    """The answer to saving. Only documents it."""

    result = serializers.ChoiceField(["new", "preserved", "reset"], read_only=True)
    warnings = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta(StrategySerializer.Meta):
        fields = (*StrategySerializer.Meta.fields, "result", "warnings")
        read_only_fields = fields


PLOT_HELP = "`colors` by line as #rrggbb, `line_width` from 1 to 4, `visible`; the rest stays."


class PackSerializer(ReadSerializer[Pack]):
    class Meta:
        model = Pack
        fields: tuple[str, ...] = (
            "id", "pack_id", "family", "base_template", "version", "description", "enabled",
            "is_default", "parameters", "plot_settings", "revision", "created_at", "updated_at",
        )  # fmt: skip
        read_only_fields = fields


class ChangedPackSerializer(PackSerializer):
    """The answer to an edit. Only documents it."""

    reset_strategies = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    class Meta(PackSerializer.Meta):
        fields = (*PackSerializer.Meta.fields, "reset_strategies")
        read_only_fields = fields


class PackRequestSerializer(Strict[object]):
    base_template = serializers.CharField()
    version = serializers.CharField(max_length=60, default="Custom", help_text="Its name")
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    parameters = serializers.DictField(required=False)
    plot_settings = serializers.DictField(required=False, help_text=PLOT_HELP)
    enabled = serializers.BooleanField(required=False)


class PackEditSerializer(Strict[object]):
    revision = serializers.IntegerField(help_text="As read; an older one answers 409.")
    version = serializers.CharField(max_length=60, required=False)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    parameters = serializers.DictField(required=False)
    plot_settings = serializers.DictField(required=False, help_text=PLOT_HELP)
    enabled = serializers.BooleanField(required=False)
    confirmed = serializers.BooleanField(
        required=False, help_text="Agree that strategies using the pack are reset."
    )


class RunSerializer(ReadSerializer[Run]):
    strategy_id = serializers.IntegerField(read_only=True, allow_null=True)
    subject_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The strategy that an aside is about."
    )
    what_if = serializers.CharField(
        read_only=True, help_text="What a what-if changes, as `stop 0.8`; empty for others."
    )
    window_start = InstantField(source="window_start_ts", read_only=True)
    window_end = InstantField(source="window_end_ts", read_only=True, allow_null=True)

    class Meta:
        model = Run
        fields: tuple[str, ...] = (
            "id", "code", "kind", "strategy_id", "subject_id", "what_if", "status", "progress",
            "progress_label", "error", "symbol", "timeframe", "data_source", "data_version",
            "engine_version", "pack_fingerprints", "window_start", "window_end", "attempts",
            "created_at", "started_at", "finished_at",
        )  # fmt: skip
        read_only_fields = fields


class EvidenceSerializer(serializers.Serializer[object]):
    """Is it any good? The verdict, and where it stands among everything tried. Only documents it.

    Sharpe ratios are annual. What has too few dates is null, and `luck` says so in words.
    """

    verdict = serializers.ChoiceField(["Proven", "Contradicted", "Not proven"])
    missing = serializers.ChoiceField(
        [need.value for need in Need],
        allow_blank=True,
        help_text="What a proof lacks first; empty where nothing is missing.",
    )
    objections = serializers.ListField(child=serializers.CharField())
    luck = serializers.CharField(help_text="The same about luck in one sentence")
    strict_bound = serializers.CharField(help_text="The deflated Sharpe ratio in words")
    n_tried = serializers.IntegerField(
        allow_null=True,
        help_text="Distinct tries on windows that share a bar, as of when it was stored.",
    )
    n_tried_now = serializers.IntegerField(allow_null=True)
    n_tried_on_dates = serializers.IntegerField(
        allow_null=True, help_text="Those on exactly its dates; luck_p is over them."
    )
    n_dates = serializers.IntegerField(allow_null=True)
    n_trading_dates = serializers.IntegerField(allow_null=True)
    is_best = serializers.BooleanField(allow_null=True)
    sharpe = serializers.FloatField(allow_null=True)
    luck_p = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    luck_sharpe = serializers.FloatField(allow_null=True)
    luck_sharpe_if_different = serializers.FloatField(allow_null=True)
    dsr = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    holds_against_all = serializers.BooleanField(
        allow_null=True, help_text="False is no disproof: it is not shown."
    )


class RunDetailSerializer(RunSerializer):
    result = serializers.JSONField(read_only=True)
    trust = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()

    class Meta(RunSerializer.Meta):
        fields = (*RunSerializer.Meta.fields, "result", "trust", "evidence")
        read_only_fields = RunSerializer.Meta.fields

    @extend_schema_field(EvidenceSerializer(allow_null=True))
    def get_evidence(self, instance: Run) -> EvidenceDocument | None:
        """Null until the run has succeeded."""
        is_done = instance.status == Run.Status.SUCCEEDED
        return evidence_document(instance) if is_done else None

    @extend_schema_field(TrustSerializer(allow_null=True))
    def get_trust(self, instance: Run) -> dict[str, object] | None:
        check = check_of(instance)
        return None if check is None else {**check.as_summary(), "result": check.result}


class RunRequestSerializer(Strict[object]):
    """Exactly one of both: a stored strategy, or an unsaved record to try."""

    strategy = serializers.IntegerField(required=False, help_text="Id of one of your strategies")
    config = serializers.DictField(required=False, help_text="A flat record as for a strategy")

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if ("strategy" in attrs) == ("config" in attrs):
            raise serializers.ValidationError("Give either `strategy` or `config`.")
        return attrs


class TradeSerializer(ReadSerializer[Trade]):
    strategy_id = serializers.IntegerField(read_only=True, allow_null=True)
    run_id = serializers.IntegerField(read_only=True)
    entry_bar = InstantField(source="entry_bar_ts", read_only=True)
    exit_bar = InstantField(source="exit_bar_ts", read_only=True)
    entry_trigger_ts = InstantField(read_only=True)
    entry_fill_ts = InstantField(read_only=True)
    exit_trigger_ts = InstantField(read_only=True)
    exit_fill_ts = InstantField(read_only=True)
    is_counted = serializers.BooleanField(
        read_only=True, help_text="False for a trade that missing data cut off: it is in no figure."
    )
    quantity = serializers.FloatField(
        read_only=True,
        help_text="Shares at the risk per trade: whole ones where costs have a minimum per order.",
    )
    pnl_amount = serializers.FloatField(
        read_only=True, allow_null=True, help_text="What these shares earned, net of costs, in $."
    )
    running_r = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="Sum of R up to this trade in its run; null for one that counts in no figure.",
    )

    class Meta:
        model = Trade
        fields: tuple[str, ...] = (
            "id", "strategy_id", "run_id", "number", "direction", "segment", "entry_bar",
            "exit_bar", "entry_trigger_ts", "entry_fill_ts", "exit_trigger_ts", "exit_fill_ts",
            "entry_price", "exit_price", "initial_stop_price", "stop_price", "target_price",
            "risk", "pnl", "pnl_gross", "r_multiple", "r_multiple_gross", "win", "mae_r", "mfe_r",
            "exit_reason", "entry_trigger", "exit_trigger", "exec_type", "stop_exec_type",
            "target_exec_type", "confluence_records", "bars_held", "hold_seconds", "ambiguous",
            "hifi_resolved", "is_counted", "warnings", "quantity", "pnl_amount", "running_r",
        )  # fmt: skip
        read_only_fields = fields

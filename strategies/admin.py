"""Rows of this room for operators: to look at, and to end what is stuck."""

from django.contrib import admin

from strategies.models import (
    Drilldown,
    Pack,
    Run,
    Strategy,
    StrategyVersion,
    Trade,
    Trial,
    TriedDates,
    TrustCheck,
)


@admin.register(Strategy)
class StrategyAdmin(admin.ModelAdmin[Strategy]):
    list_display = ("name", "user", "symbol", "direction", "timeframe", "data_source")
    list_filter = ("alert_tracking_enabled", "direction", "timeframe", "data_source")
    search_fields = ("name", "user__email", "symbol")
    list_select_related = ("user",)
    raw_id_fields = ("user", "current_run")
    readonly_fields = ("code", "fingerprint", "kpis", "equity_curve_data", "version")


@admin.register(Pack)
class PackAdmin(admin.ModelAdmin[Pack]):
    list_display = ("pack_id", "user", "family", "base_template", "enabled", "is_default")
    list_filter = ("family", "base_template", "is_default")
    search_fields = ("pack_id", "user__email")
    list_select_related = ("user",)
    raw_id_fields = ("user",)


@admin.register(Run)
class RunAdmin(admin.ModelAdmin[Run]):
    list_display = ("code", "user", "kind", "symbol", "status", "attempts", "created_at")
    list_filter = ("status", "kind")
    search_fields = ("code", "user__email")
    list_select_related = ("user",)
    raw_id_fields = ("user", "strategy")
    exclude = ("result", "config")


@admin.register(Trade)
class TradeAdmin(admin.ModelAdmin[Trade]):
    list_display = ("id", "user", "strategy", "number", "direction", "r_multiple", "exit_reason")
    list_filter = ("exit_reason", "segment")
    list_select_related = ("user", "strategy")
    raw_id_fields = ("user", "run", "strategy")
    show_full_result_count = False


@admin.register(TrustCheck)
class TrustCheckAdmin(admin.ModelAdmin[TrustCheck]):
    list_display = ("run", "user", "status", "attempts", "created_at")
    list_filter = ("status",)
    search_fields = ("run__code", "user__email")
    list_select_related = ("run", "user")
    raw_id_fields = ("user", "run")
    exclude = ("result",)


@admin.register(Drilldown)
class DrilldownAdmin(admin.ModelAdmin[Drilldown]):
    list_display = ("code", "user", "tab", "symbol", "status", "attempts", "created_at")
    list_filter = ("status", "tab")
    search_fields = ("code", "user__email")
    list_select_related = ("user",)
    raw_id_fields = ("user",)
    exclude = ("result", "config", "choices")


@admin.register(Trial)
class TrialAdmin(admin.ModelAdmin[Trial]):
    list_display = ("id", "user", "kind", "data_source", "symbol_line", "n_tried", "created_at")
    list_filter = ("kind", "data_source")
    search_fields = ("user__email", "digest")
    list_select_related = ("user",)
    raw_id_fields = ("user",)
    exclude = ("maxima",)
    show_full_result_count = False


@admin.register(TriedDates)
class TriedDatesAdmin(admin.ModelAdmin[TriedDates]):
    list_display = ("id", "user", "digest", "n_dates", "best")
    search_fields = ("user__email", "digest")
    list_select_related = ("user",)
    raw_id_fields = ("user",)
    exclude = ("maxima",)


@admin.register(StrategyVersion)
class StrategyVersionAdmin(admin.ModelAdmin[StrategyVersion]):
    list_display = ("strategy", "number", "user", "kind", "created_at")
    list_filter = ("kind",)
    list_select_related = ("strategy", "user")
    raw_id_fields = ("user", "author", "strategy", "run")

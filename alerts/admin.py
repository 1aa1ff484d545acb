from django.contrib import admin

from alerts.models import Alert, AlertConfig, EvaluationGroup, Monitor, StrategyState


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin[Alert]):
    list_display = ("created_at", "user", "alert_type", "symbol", "direction", "price", "is_late")
    list_filter = ("alert_type", "source", "is_late", "acknowledged")
    search_fields = ("code", "strategy_name", "symbol", "user__email")
    raw_id_fields = ("user", "strategy")
    readonly_fields = ("code", "created_at")


@admin.register(AlertConfig)
class AlertConfigAdmin(admin.ModelAdmin[AlertConfig]):
    list_display = ("user", "strategy", "alert_on_entry", "alert_on_exit", "send_webhooks")
    raw_id_fields = ("user", "strategy")


@admin.register(Monitor)
class MonitorAdmin(admin.ModelAdmin[Monitor]):
    list_display = ("user", "desired_state", "actual_state", "heartbeat_at")
    list_filter = ("desired_state", "actual_state")
    raw_id_fields = ("user",)


@admin.register(EvaluationGroup)
class EvaluationGroupAdmin(admin.ModelAdmin[EvaluationGroup]):
    list_display = (
        "data_source",
        "symbol",
        "timeframe",
        "trading_session",
        "last_bar_ts",
        "generation",
    )
    list_filter = ("data_source", "timeframe")
    search_fields = ("symbol",)
    exclude = ("state",)


@admin.register(StrategyState)
class StrategyStateAdmin(admin.ModelAdmin[StrategyState]):
    list_display = ("strategy", "user", "status", "group", "error")
    list_filter = ("status",)
    raw_id_fields = ("user", "strategy", "group")

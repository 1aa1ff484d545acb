"""What an operator sees of the market."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from market.models import DataVersion, FeedState, IngestRun, Instrument, Replay


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that processes write; changing them by hand would only mislead."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin[Instrument]):
    list_display = ["symbol", "name", "price_decimals"]
    search_fields = ["symbol", "name"]


@admin.register(DataVersion)
class DataVersionAdmin(ReadOnlyAdmin):
    list_display = ["source", "symbol", "timeframe", "version", "is_derived", "updated_at"]
    list_filter = ["source", "timeframe"]
    search_fields = ["symbol"]


@admin.register(FeedState)
class FeedStateAdmin(ReadOnlyAdmin):
    list_display = ["source", "status", "speed", "now_ts", "heartbeat_at", "lease_owner"]


@admin.register(IngestRun)
class IngestRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "status", "n_rows", "n_new", "n_revised", "started_at", "error"]
    list_filter = ["status"]


@admin.register(Replay)
class ReplayAdmin(ReadOnlyAdmin):
    list_display = ["code", "user", "symbol", "day", "status", "n_played", "n_bars", "created_at"]
    list_filter = ["status"]
    list_select_related = ["user"]

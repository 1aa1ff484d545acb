"""What an operator sees of the market."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from market.models import DataVersion, FeedState, IngestRun, Instrument, Replay


@admin.register(Instrument)
class InstrumentAdmin(admin.ModelAdmin[Instrument]):
    list_display = ["symbol", "name", "price_decimals"]
    search_fields = ["symbol", "name"]


@admin.register(DataVersion)
class DataVersionAdmin(ReadOnlyAdmin[DataVersion]):
    list_display = ["source", "symbol", "timeframe", "version", "is_derived", "updated_at"]
    list_filter = ["source", "timeframe"]
    search_fields = ["symbol"]


@admin.register(FeedState)
class FeedStateAdmin(ReadOnlyAdmin[FeedState]):
    list_display = ["source", "status", "speed", "now_ts", "heartbeat_at", "lease_owner"]


@admin.register(IngestRun)
class IngestRunAdmin(ReadOnlyAdmin[IngestRun]):
    list_display = [
        "job",
        "status",
        "n_staged",
        "n_rows",
        "n_new",
        "n_revised",
        "started_at",
        "error",
    ]
    list_filter = ["status"]


@admin.register(Replay)
class ReplayAdmin(ReadOnlyAdmin[Replay]):
    list_display = ["code", "user", "symbol", "day", "status", "n_played", "n_bars", "created_at"]
    list_filter = ["status"]
    list_select_related = ["user"]

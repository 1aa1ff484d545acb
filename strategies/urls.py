"""Addresses of this room's pages."""

from django.urls import path

from strategies.reports.files import FILES
from strategies.views import (
    asides,
    builder,
    cards,
    detail,
    monitoring,
    packs,
    refreshing,
    reports,
    runs,
    shelves,
    transfer,
    trust,
)

app_name = "strategies"
urlpatterns = [
    path("strategies/", cards.strategy_list, name="strategy-list"),
    path("strategies/sample/", cards.strategy_sample, name="strategy-sample"),
    path("strategies/new/", builder.strategy_create, name="strategy-create"),
    path("strategies/import/", transfer.strategy_import, name="strategy-import"),
    path("strategies/bulk/", shelves.bulk, name="strategy-bulk"),
    path("strategies/refresh/", refreshing.refresh_show, name="strategy-refresh"),
    path("strategies/refresh/all/", refreshing.refresh_all, name="strategy-refresh-all"),
    path("strategies/refresh/cancel/", refreshing.refresh_cancel, name="strategy-refresh-cancel"),
    path("strategies/bin/", shelves.bin_list, name="strategy-bin"),
    path("strategies/bin/restore/", shelves.restore_many, name="strategy-restore-many"),
    path("strategies/bin/<int:pk>/restore/", shelves.restore, name="strategy-restore"),
    path("strategies/bin/<int:pk>/erase/", shelves.erase, name="strategy-erase"),
    path("strategies/<int:pk>/tags/", shelves.tags, name="strategy-tags"),
    path("strategies/<int:pk>/archive/", shelves.archive, name="strategy-archive"),
    path("strategies/<int:pk>/", detail.strategy_detail, name="strategy-detail"),
    path("strategies/<int:pk>/edit/", builder.strategy_edit, name="strategy-edit"),
    path("strategies/<int:pk>/backtest/", detail.strategy_backtest, name="strategy-backtest"),
    path("strategies/<int:pk>/clone/", detail.strategy_clone, name="strategy-clone"),
    path("strategies/<int:pk>/delete/", detail.strategy_delete, name="strategy-delete"),
    path("strategies/<int:pk>/monitor/", monitoring.strategy_monitor, name="strategy-monitor"),
    path("strategies/<int:pk>/simulate/", monitoring.strategy_simulate, name="strategy-simulate"),
    path("strategies/<int:pk>/trust/", trust.strategy_trust, name="strategy-trust"),
    path(
        "strategies/<int:pk>/trust/cancel/",
        trust.strategy_trust_cancel,
        name="strategy-trust-cancel",
    ),
    path("strategies/<int:pk>/what-if/", asides.what_if, name="strategy-what-if"),
    path("strategies/<int:pk>/extended/", asides.extended, name="strategy-extended"),
    path("strategies/<int:pk>/report/", reports.report, name="strategy-report"),
    path("strategies/<int:pk>/report/everything.json", reports.report_json, name="report-json"),
    *(
        path(
            f"strategies/<int:pk>/report/{name}.csv",
            reports.report_csv,
            {"name": name},
            name=f"report-{name}",
        )
        for name in FILES
    ),
    path("strategies/<int:pk>/report/links/", reports.report_links, name="report-links"),
    path(
        "strategies/<int:pk>/report/links/<int:link_pk>/revoke/",
        reports.report_link_revoke,
        name="report-link-revoke",
    ),
    path("reports/<str:token>/", reports.report_shared, name="report-shared"),
    path("strategies/<int:pk>/export/", transfer.strategy_export, name="strategy-export"),
    path("strategies/<int:pk>/chart.json", runs.strategy_chart, name="strategy-chart"),
    path("strategies/<int:pk>/trades.csv", transfer.strategy_trades, name="strategy-trades"),
    path("runs/preview/", runs.preview_start, name="preview-start"),
    path("runs/<uuid:code>/", runs.run_detail, name="run-detail"),
    path("runs/<uuid:code>/cancel/", runs.run_cancel, name="run-cancel"),
    path("runs/<uuid:code>/trades/", runs.run_trades, name="run-trades"),
    path("runs/<uuid:code>/trades.csv", transfer.run_trades_csv, name="run-trades-csv"),
    path("runs/<uuid:code>/chart.json", runs.run_chart, name="run-chart"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/<int:pk>/", packs.pack_detail, name="pack-detail"),
    path("packs/<int:pk>/toggle/", packs.pack_toggle, name="pack-toggle"),
    path("packs/<int:pk>/duplicate/", packs.pack_duplicate, name="pack-duplicate"),
    path("packs/<int:pk>/delete/", packs.pack_delete, name="pack-delete"),
]

"""Addresses of this room's API, under /api/v1/."""

from django.urls import path

from strategies.api import detail, packs, runs, strategies

app_name = "strategies-api"
urlpatterns = [
    path("strategies/", strategies.strategy_list, name="strategy-list"),
    path("strategies/<int:pk>/", strategies.strategy_detail, name="strategy-detail"),
    path("strategies/<int:pk>/order/", strategies.strategy_order, name="strategy-order"),
    path("strategies/<int:pk>/restore/", strategies.strategy_restore, name="strategy-restore"),
    path("strategies/<int:pk>/clone/", strategies.strategy_clone, name="strategy-clone"),
    path("strategies/<int:pk>/export/", strategies.strategy_export, name="strategy-export"),
    path("strategies/<int:pk>/earning/", detail.earning, name="strategy-earning"),
    path("strategies/<int:pk>/what-ifs/", detail.what_ifs, name="strategy-what-ifs"),
    path("strategies/<int:pk>/extended/", detail.extended, name="strategy-extended"),
    path("strategies/<int:pk>/report/", detail.report, name="strategy-report"),
    path("strategies/<int:pk>/report-links/", detail.report_links, name="report-links"),
    path("strategies/<int:pk>/report-links/<int:link_pk>/", detail.report_link, name="report-link"),
    path("strategies/refresh/", detail.refresh_many, name="strategy-refresh"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/<int:pk>/", packs.pack_detail, name="pack-detail"),
    path("packs/<int:pk>/duplicate/", packs.pack_duplicate, name="pack-duplicate"),
    path("runs/", runs.run_list, name="run-list"),
    path("runs/<int:pk>/", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run-cancel"),
    path("runs/<int:pk>/trust/", runs.run_trust, name="run-trust"),
    path("runs/<int:pk>/trust/cancel/", runs.run_trust_cancel, name="run-trust-cancel"),
    path("trades/", runs.trade_list, name="trade-list"),
]

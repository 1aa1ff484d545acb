"""Addresses of this room's API, under /api/v1/."""

from django.urls import path

from strategies.api import (
    compare,
    detail,
    drilldowns,
    pack_previews,
    packs,
    runs,
    strategies,
    versions,
)

app_name = "strategies-api"
urlpatterns = [
    path("strategies/", strategies.strategy_list, name="strategy-list"),
    path("strategies/<int:pk>/", strategies.strategy_detail, name="strategy-detail"),
    path("strategies/<int:pk>/order/", strategies.strategy_order, name="strategy-order"),
    path("strategies/<int:pk>/restore/", strategies.strategy_restore, name="strategy-restore"),
    path("strategies/<int:pk>/clone/", strategies.strategy_clone, name="strategy-clone"),
    path("strategies/<int:pk>/export/", strategies.strategy_export, name="strategy-export"),
    path("strategies/<int:pk>/versions/", versions.version_list, name="version-list"),
    path(
        "strategies/<int:pk>/versions/<int:number>/",
        versions.version_detail,
        name="version-detail",
    ),
    path(
        "strategies/<int:pk>/versions/<int:number>/clone/",
        versions.version_clone,
        name="version-clone",
    ),
    path("compare/", compare.compare, name="compare"),
    path("strategies/<int:pk>/earning/", detail.earning, name="strategy-earning"),
    path("strategies/<int:pk>/what-ifs/", detail.what_ifs, name="strategy-what-ifs"),
    path("strategies/<int:pk>/extended/", detail.extended, name="strategy-extended"),
    path("strategies/<int:pk>/report/", detail.report, name="strategy-report"),
    path("strategies/<int:pk>/report-links/", detail.report_links, name="report-links"),
    path("strategies/<int:pk>/report-links/<int:link_pk>/", detail.report_link, name="report-link"),
    path("strategies/refresh/", detail.refresh_many, name="strategy-refresh"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/templates/", packs.pack_templates, name="pack-templates"),
    path("packs/<int:pk>/", packs.pack_detail, name="pack-detail"),
    path("packs/<int:pk>/duplicate/", packs.pack_duplicate, name="pack-duplicate"),
    path("packs/<int:pk>/impact/", packs.pack_impact, name="pack-impact"),
    path("packs/<int:pk>/previews/", pack_previews.preview_list, name="pack-previews"),
    path("pack-previews/<int:pk>/", pack_previews.preview_detail, name="pack-preview"),
    path(
        "pack-previews/<int:pk>/cancel/", pack_previews.preview_cancel, name="pack-preview-cancel"
    ),
    path("pack-previews/<int:pk>/chart/", pack_previews.preview_chart, name="pack-preview-chart"),
    path("runs/", runs.run_list, name="run-list"),
    path("runs/<int:pk>/", runs.run_detail, name="run-detail"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run-cancel"),
    path("runs/<int:pk>/trust/", runs.run_trust, name="run-trust"),
    path("runs/<int:pk>/trust/cancel/", runs.run_trust_cancel, name="run-trust-cancel"),
    path("drilldowns/", drilldowns.drilldown_list, name="drilldown-list"),
    path("drilldowns/<uuid:code>/", drilldowns.drilldown_detail, name="drilldown-detail"),
    path("drilldowns/<uuid:code>/cancel/", drilldowns.drilldown_cancel, name="drilldown-cancel"),
    path("trades/", runs.trade_list, name="trade-list"),
]

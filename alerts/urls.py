from django.urls import path

from alerts.views import alerts, monitor, replays, sample

app_name = "alerts"

urlpatterns = [
    path("alerts/", alerts.alert_list, name="alert-list"),
    path("alerts/acknowledge-all/", alerts.alert_acknowledge_all, name="alert-acknowledge-all"),
    path("alerts/test/", sample.alert_test, name="alert-test"),
    path("alerts/<int:pk>/", alerts.alert_detail, name="alert-detail"),
    path("alerts/<int:pk>/chart/", alerts.alert_chart, name="alert-chart"),
    path("alerts/of-trade/<int:pk>/<int:entry_ts>/", alerts.trade_alert, name="trade-alert"),
    path("alerts/<int:pk>/row/", alerts.alert_row, name="alert-row"),
    path("alerts/<int:pk>/acknowledge/", alerts.alert_acknowledge, name="alert-acknowledge"),
    path("alerts/monitor/", monitor.monitor_panel, name="monitor-panel"),
    path("alerts/monitor/toggle/", monitor.monitor_toggle, name="monitor-toggle"),
    path("alerts/monitor/stop/", monitor.monitor_stop, name="monitor-stop"),
    path("alerts/undo/", monitor.undo, name="undo"),
    path("alerts/strategies/<int:pk>/monitor/", monitor.strategy_switch, name="strategy-switch"),
    path("alerts/strategies/<int:pk>/settle/", monitor.position_settle, name="position-settle"),
    path("alerts/replays/", replays.replay_list, name="replay-list"),
    path("alerts/replays/new/", replays.replay_new, name="replay-new"),
    path("alerts/replays/<uuid:code>/", replays.replay_detail, name="replay-detail"),
    path("alerts/replays/<uuid:code>/progress/", replays.replay_progress, name="replay-progress"),
    path("alerts/replays/<uuid:code>/control/", replays.replay_control, name="replay-control"),
    path("alerts/replays/<uuid:code>/chart/", replays.replay_chart_json, name="replay-chart"),
    path("alerts/replays/<uuid:code>/cancel/", replays.replay_cancel, name="replay-cancel"),
]

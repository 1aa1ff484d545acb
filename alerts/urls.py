from django.urls import path

from alerts.views import alerts, monitor, replays

app_name = "alerts"

urlpatterns = [
    path("", alerts.alert_list, name="alert-list"),
    path("acknowledge-all/", alerts.alert_acknowledge_all, name="alert-acknowledge-all"),
    path("test/", alerts.alert_test, name="alert-test"),
    path("<int:pk>/", alerts.alert_detail, name="alert-detail"),
    path("<int:pk>/row/", alerts.alert_row, name="alert-row"),
    path("<int:pk>/acknowledge/", alerts.alert_acknowledge, name="alert-acknowledge"),
    path("monitor/", monitor.monitor_panel, name="monitor-panel"),
    path("monitor/toggle/", monitor.monitor_toggle, name="monitor-toggle"),
    path("strategies/<int:pk>/monitor/", monitor.strategy_switch, name="strategy-switch"),
    path("strategies/<int:pk>/settle/", monitor.position_settle, name="position-settle"),
    path("replays/", replays.replay_list, name="replay-list"),
    path("replays/new/", replays.replay_new, name="replay-new"),
    path("replays/<uuid:code>/", replays.replay_detail, name="replay-detail"),
    path("replays/<uuid:code>/progress/", replays.replay_progress, name="replay-progress"),
    path("replays/<uuid:code>/cancel/", replays.replay_cancel, name="replay-cancel"),
]

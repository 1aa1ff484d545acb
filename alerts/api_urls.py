from django.urls import path

from alerts import api

urlpatterns = [
    path("alerts/", api.AlertList.as_view(), name="api-alert-list"),
    path("alerts/ack-all/", api.alert_acknowledge_all, name="api-alert-acknowledge-all"),
    path("alerts/<int:pk>/", api.AlertDetail.as_view(), name="api-alert-detail"),
    path("alerts/<int:pk>/ack/", api.alert_acknowledge, name="api-alert-acknowledge"),
    path("monitor/", api.monitor, name="api-monitor"),
    path("events/", api.event_list, name="api-event-list"),
]

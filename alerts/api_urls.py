from django.urls import path

from alerts import api, sample_api

app_name = "alerts-api"

urlpatterns = [
    path("alerts/", api.AlertList.as_view(), name="alert-list"),
    path("alerts/ack-all/", api.alert_acknowledge_all, name="alert-acknowledge-all"),
    path("alerts/test/", sample_api.alert_test, name="alert-test"),
    path("alerts/<int:pk>/", api.AlertDetail.as_view(), name="alert-detail"),
    path("alerts/<int:pk>/ack/", api.alert_acknowledge, name="alert-acknowledge"),
    path("monitor/", api.monitor, name="monitor"),
    path("events/", api.event_list, name="event-list"),
]

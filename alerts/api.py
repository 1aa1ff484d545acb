"""Alerts, the monitor and the event sequence over HTTP."""

from datetime import date

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from alerts.acknowledging import acknowledge
from alerts.forms import AlertFilter, AlertFilterForm, alerts_passing, type_choices
from alerts.models import Alert, StrategyState
from alerts.models.documents import MonitorDocument
from alerts.monitor.switch import monitor_of, start_monitor, stop_monitor
from alerts.querysets import AlertQuerySet
from alerts.serializers import (
    AcknowledgedSerializer,
    AlertSerializer,
    EventPageSerializer,
    MonitorRequestSerializer,
    MonitorSerializer,
)
from alerts.socket.catch_up import catch_up
from market.sources import kind_of, label_of
from strategies.models import Strategy


def _type_names() -> list[str]:
    return [name for name, _ in type_choices()]


FILTERS = [
    OpenApiParameter("strategy", int, description="Id of one of your strategies"),
    OpenApiParameter("type", str, enum=lazy(_type_names, list)()),
    OpenApiParameter("symbol", str),
    OpenApiParameter(
        "since", date, description="First day, in your time zone; 30 days ago when absent"
    ),
    OpenApiParameter("until", date, description="Last day, in your time zone"),
    OpenApiParameter("acknowledged", str, enum=["yes", "no"]),
    OpenApiParameter("late", str, enum=["yes", "no"]),
]


def user_of(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def filtered(request: Request) -> AlertQuerySet:
    """The user's alerts that pass the query's filters; a filter that makes no sense is an error."""
    user, query = user_of(request), request.query_params
    if query.keys().isdisjoint(AlertFilterForm.base_fields):
        # Most calls: a form costs several times what the query does.
        return alerts_passing(user, AlertFilter())
    form = AlertFilterForm(user, query)
    if not form.is_valid():
        raise ValidationError(
            {name: [str(text) for text in texts] for name, texts in form.errors.items()}
        )
    return form.rows()


@extend_schema(parameters=FILTERS)
class AlertList(generics.ListAPIView[Alert]):
    """Your alerts, newest first."""

    serializer_class = AlertSerializer

    def get_queryset(self) -> AlertQuerySet:
        return filtered(self.request)


class AlertDetail(generics.RetrieveAPIView[Alert]):
    """One alert, with the details that explain it."""

    serializer_class = AlertSerializer

    def get_queryset(self) -> AlertQuerySet:
        return Alert.objects.for_user(user_of(self.request))


@extend_schema(request=None, responses=AlertSerializer)
@api_view(["POST"])
def alert_acknowledge(request: Request, pk: int) -> Response:
    """Mark one alert as seen; doing it again changes nothing."""
    user = user_of(request)
    rows = Alert.objects.for_user(user)
    get_object_or_404(rows, pk=pk)
    acknowledge(user, rows.filter(pk=pk))
    return Response(AlertSerializer(rows.get(pk=pk)).data)


@extend_schema(request=None, responses=AcknowledgedSerializer, parameters=FILTERS)
@api_view(["POST"])
def alert_acknowledge_all(request: Request) -> Response:
    """Mark all alerts that pass the filters as seen."""
    return Response({"acknowledged": acknowledge(user_of(request), filtered(request))})


@extend_schema(methods=["GET"], responses=MonitorSerializer)
@extend_schema(methods=["POST"], request=MonitorRequestSerializer, responses=MonitorSerializer)
@api_view(["GET", "POST"])
def monitor(request: Request) -> Response:
    """The state of your monitor; POST `{"state": "running"}` or `"stopped"` to switch it."""
    user = user_of(request)
    if request.method == "POST":
        wish = MonitorRequestSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        if wish.validated_data["state"] == "running":
            start_monitor(user)
        else:
            stop_monitor(user)
    return Response(_monitor_document(user))


def _monitor_document(user: User) -> MonitorDocument:
    states = StrategyState.objects.for_user(user).select_related("group").defer("group__state")
    states = states.filter(strategy__alert_tracking_enabled=True)
    return {
        **monitor_of(user.pk).as_status(timezone.now()),
        "strategies": [state.as_status() for state in states.order_by("strategy_id")],
        "warnings": _waiting(user),
    }


def _waiting(user: User) -> list[str]:
    rows = Strategy.objects.for_user(user).monitored().order_by("name", "pk")
    return [
        f"“{name}” waits on the recorded bars of {label_of(source)}: no new bar comes there."
        for name, source in rows.values_list("name", "data_source")
        if kind_of(source).is_recorded
    ]


class EventQuerySerializer(serializers.Serializer[dict[str, int]]):
    after = serializers.IntegerField(min_value=0, default=0)


@extend_schema(parameters=[EventQuerySerializer], responses=EventPageSerializer)
@api_view(["GET"])
def event_list(request: Request) -> Response:
    """Events after a sequence number: what the socket tells, for clients without one."""
    query = EventQuerySerializer(data=request.query_params)
    query.is_valid(raise_exception=True)
    missed = catch_up(user_of(request).pk, query.validated_data["after"])
    return Response({"top": missed.top, "reset": missed.is_reset, "results": missed.messages})

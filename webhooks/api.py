"""The API of endpoints, templates and deliveries. Ids are those of the pages."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import cast

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer

from accounts import events
from accounts.models import User
from trader.api.errors import Conflict
from webhooks.models import Delivery, Endpoint, Lane, Template
from webhooks.models.endpoint import OFF_BY_OWNER
from webhooks.outbound.circuit import disable_endpoint, enable_endpoint
from webhooks.outbound.dispatch import delete_endpoint, rotate_secret, send_test
from webhooks.outbound.resending import (
    ResendError,
    drop,
    release,
    resend,
    resend_failed_since,
    settle,
)
from webhooks.outbound.waits import blocked_lanes, describe
from webhooks.previews import question_before_test, tested_event, trial
from webhooks.querysets import DeliveryQuerySet, EndpointQuerySet, TemplateQuerySet
from webhooks.sample_serializers import TestQuerySerializer, TestSerializer, TrialSerializer
from webhooks.serializers import (
    BlockSerializer,
    CreatedEndpointSerializer,
    DeliveryDetailSerializer,
    DeliveryFilterSerializer,
    DeliverySerializer,
    EndpointSecretSerializer,
    EndpointSerializer,
    ResendFailedAnswer,
    ResendFailedSerializer,
    ResendSerializer,
    TemplateSerializer,
)


def said(text: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """What the document says of a call that the framework makes."""
    return extend_schema(description=text)


@extend_schema_view(
    list=said("Your endpoints, with their health."),
    retrieve=said("One endpoint: where it is, what it gets, how it does. Without its secret."),
    update=said("Replace an endpoint; what is not given falls back to its default."),
    partial_update=said("Change the fields that are given, `is_enabled` to switch it among them."),
    destroy=said("Delete an endpoint; what waits for it is not sent any more."),
)
class EndpointViewSet(viewsets.ModelViewSet[Endpoint]):
    queryset = Endpoint.objects.none()
    serializer_class = EndpointSerializer
    lookup_field = "code"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> EndpointQuerySet:
        rows: EndpointQuerySet = Endpoint.objects.for_user(self.request.user)
        return rows.select_related("template", "user").order_by("name", "id")

    @extend_schema(responses={201: CreatedEndpointSerializer})
    def create(self, request: Request, *args: object, **kwargs: object) -> Response:
        """The answer holds the secret; it can be read later under `secret/`."""
        serializer = EndpointSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        endpoint: Endpoint = serializer.save(user=request.user)
        created = CreatedEndpointSerializer(endpoint)
        created.url_warning = serializer.url_warning
        response = Response(created.data, status.HTTP_201_CREATED)
        response["Cache-Control"] = "no-store"
        return response

    def perform_update(self, serializer: BaseSerializer[Endpoint]) -> None:
        """Switching goes through the same steps as the button on the page."""
        assert serializer.instance is not None
        was_enabled = serializer.instance.is_enabled
        wanted = serializer.validated_data.pop("is_enabled", was_enabled)
        with transaction.atomic():
            events.lock(serializer.instance.user_id)
            endpoint = serializer.save()
            if was_enabled and not wanted:
                disable_endpoint(endpoint, OFF_BY_OWNER, timezone.now(), tell=False)
            elif wanted and not was_enabled:
                enable_endpoint(endpoint)

    def perform_destroy(self, instance: Endpoint) -> None:
        delete_endpoint(instance)

    @extend_schema(responses=EndpointSecretSerializer)
    @action(detail=True, methods=["get"])
    def secret(self, request: Request, id: uuid.UUID) -> Response:
        """The signing secret, for the receiver that checks signatures; not to be kept by caches."""
        response = Response({"secret": self.get_object().secret})
        response["Cache-Control"] = "no-store"
        return response

    @extend_schema(request=None, responses=EndpointSecretSerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, id: uuid.UUID) -> Response:
        """A new secret; the old one signs as well for 24 hours."""
        endpoint = self.get_object()
        rotate_secret(endpoint)
        response = Response({"secret": endpoint.secret})
        response["Cache-Control"] = "no-store"
        return response

    @extend_schema(methods=["GET"], parameters=[TestQuerySerializer], responses=TrialSerializer)
    @extend_schema(methods=["POST"], request=TestSerializer, responses={202: DeliverySerializer})
    @action(detail=True, methods=["get", "post"])
    def test(self, request: Request, id: uuid.UUID) -> Response:
        """GET: the body a test would carry. POST: queue it, marked as a test; look the delivery up
        for the outcome. What its receiver could take for an order answers 409 until `confirm`."""
        endpoint = self.get_object()
        is_asked = request.method == "GET"
        asked = (TestQuerySerializer if is_asked else TestSerializer)(
            data=request.query_params if is_asked else request.data
        )
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data.get("event", "")
        if wanted and wanted not in endpoint.events:
            raise ValidationError({"event": [f"{endpoint.name} gets no {wanted}: tick it first."]})
        row = trial(endpoint, tested_event(endpoint, wanted))
        if is_asked:
            return Response(TrialSerializer(row).data)
        if row.needs_name and not asked.validated_data["confirm"]:
            raise Conflict(question_before_test(endpoint))
        delivery = send_test(endpoint, row.event_type)
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=ResendFailedSerializer, responses={202: ResendFailedAnswer})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, id: uuid.UUID) -> Response:
        """Send again what did not arrive since an instant."""
        endpoint = self.get_object()
        asked = ResendFailedSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wanted = asked.validated_data
        try:
            n_sent, n_left = resend_failed_since(
                endpoint, wanted["since"], wanted["include_entries"]
            )
        except ResendError as problem:
            raise Conflict(str(problem)) from None
        answer = {"sent": n_sent, "left_alone": n_left}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


@extend_schema_view(
    list=said("The templates of bodies: the defaults, and your own."),
    create=said("A template of your own."),
    retrieve=said("One template."),
    update=said("Replace a template of your own; a default answers 409."),
    partial_update=said("Change a template of your own; a default answers 409."),
    destroy=said("Delete a template of your own that no endpoint uses."),
    copy=said("A template of your own that begins as a copy of this one."),
)
class TemplateViewSet(viewsets.ModelViewSet[Template]):
    """Defaults can be read and copied; only one's own templates change."""

    queryset = Template.objects.none()
    serializer_class = TemplateSerializer
    lookup_url_kwarg = "id"
    # Anything looser lets null characters through, which PostgreSQL answers with an error.
    lookup_value_converter = "slug"

    def get_queryset(self) -> TemplateQuerySet:
        rows: TemplateQuerySet = Template.objects.for_user(self.request.user)
        return rows

    def perform_create(self, serializer: BaseSerializer[Template]) -> None:
        serializer.save(user=self.request.user)

    def perform_update(self, serializer: BaseSerializer[Template]) -> None:
        assert serializer.instance is not None
        _refuse_default(serializer.instance)
        serializer.save()

    def perform_destroy(self, instance: Template) -> None:
        _refuse_default(instance)
        names = list(instance.endpoints.values_list("name", flat=True))
        if names:
            raise Conflict(f"{instance.name} is used by {', '.join(names)}.")
        instance.delete()

    @extend_schema(request=None, responses={201: TemplateSerializer})
    @action(detail=True, methods=["post"])
    def copy(self, request: Request, id: str) -> Response:
        template = self.get_object()
        data = {
            "name": f"{template.name[:72]} (copy)",
            "category": template.category,
            "payload_template": template.payload_template,
            "event_bodies": template.event_bodies,
            "events": template.events,
            # Asked when it was written.
            "confirm_action_mismatch": True,
        }
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        serializer.save(user=request.user)
        return Response(serializer.data, status=status.HTTP_201_CREATED)


def _refuse_default(template: Template) -> None:
    if template.is_default:
        raise Conflict("Defaults are shared and stay as they are. Copy it instead.")


@extend_schema_view(
    list=said("Your deliveries, newest first, without their bodies; narrowed by the parameters."),
    retrieve=said("One delivery: its body, its state, and every try with its timings and answer."),
)
class DeliveryViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Delivery]
):
    queryset = Delivery.objects.none()
    lookup_field = "code"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def get_queryset(self) -> DeliveryQuerySet:
        rows: DeliveryQuerySet = Delivery.objects.for_user(self.request.user)
        rows = rows.select_related("endpoint", "lane").order_by("-id")
        if self.action != "list":
            return rows.prefetch_related("attempts")
        wanted = DeliveryFilterSerializer(data=self.request.query_params)
        wanted.is_valid(raise_exception=True)
        return rows.filter(**wanted.lookups()).defer("body")

    def get_object(self) -> Delivery:
        delivery: Delivery = super().get_object()
        describe([delivery], timezone.now())
        return delivery

    def get_serializer_class(self) -> type[Serializer[Delivery]]:
        return DeliverySerializer if self.action == "list" else DeliveryDetailSerializer

    @extend_schema(parameters=[DeliveryFilterSerializer])
    def list(self, request: Request, *args: object, **kwargs: object) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=ResendSerializer, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, id: uuid.UUID) -> Response:
        """Send it again: same id, same body, marked as replayed."""
        return _sent_again(self.get_object(), request)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, id: uuid.UUID) -> Response:
        """Send a held entry."""
        return _decided(release, self.get_object())

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def drop(self, request: Request, id: uuid.UUID) -> Response:
        """Give a held entry up."""
        return _decided(drop, self.get_object())

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: uuid.UUID) -> Response:
        """Say that the position of this exit is closed: later entries wait for it no longer."""
        return _decided(settle, self.get_object())


class BlockViewSet(viewsets.GenericViewSet[Lane]):
    """Exits that did not arrive and hold back the entries after them."""

    queryset = Lane.objects.none()
    serializer_class = BlockSerializer
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"

    def _exit(self, request: Request, code: uuid.UUID) -> Delivery:
        rows = Delivery.objects.for_user(request.user).filter(blocked_lane__isnull=False)
        exit: Delivery = get_object_or_404(rows.select_related("endpoint", "lane"), code=code)
        return exit

    @extend_schema(responses=BlockSerializer(many=True))
    def list(self, request: Request) -> Response:
        rows = self.paginate_queryset(blocked_lanes(cast(User, request.user)))  # type: ignore[arg-type]
        return self.get_paginated_response(BlockSerializer(rows, many=True).data)

    @extend_schema(request=ResendSerializer, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, id: uuid.UUID) -> Response:
        """Send the exit again; an expired one asks for `confirm`."""
        return _sent_again(self._exit(request, id), request)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def settle(self, request: Request, id: uuid.UUID) -> Response:
        """Say that the position is closed: the entries that wait go out."""
        return _decided(settle, self._exit(request, id))


def _sent_again(delivery: Delivery, request: Request) -> Response:
    asked = ResendSerializer(data=request.data)
    asked.is_valid(raise_exception=True)
    confirmed: bool = asked.validated_data["confirm"]
    return _decided(partial(resend, confirmed=confirmed), delivery)


def _decided(decision: Callable[[Delivery], None], delivery: Delivery) -> Response:
    try:
        decision(delivery)
    except ResendError as problem:
        raise Conflict(str(problem)) from None
    return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)

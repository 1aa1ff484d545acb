"""Operators see how deliveries stand; bodies, addresses, headers and secrets stay hidden."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin
from webhooks.models import Attempt, Delivery, Endpoint, Lane, Template


@admin.register(Endpoint)
class EndpointAdmin(ReadOnlyAdmin[Endpoint]):
    list_display = ["name", "user", "host", "profile", "is_enabled", "circuit_state"]
    list_filter = ["profile", "is_enabled", "circuit_state"]
    search_fields = ["name", "user__email"]
    exclude = ["url", "secret", "old_secrets_json", "extra_headers_json", "payload_template"]
    list_select_related = ["user"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    list_display = ["code", "endpoint", "event_type", "state", "n_attempts", "created_at"]
    list_filter = ["state", "event_type", "profile"]
    search_fields = ["code", "message_code"]
    exclude = ["body"]
    list_select_related = ["endpoint"]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin[Attempt]):
    list_display = ["delivery", "number", "outcome", "status", "total_ms", "started_at"]
    list_filter = ["outcome", "status"]
    exclude = ["response"]
    list_select_related = ["delivery"]


@admin.register(Lane)
class LaneAdmin(ReadOnlyAdmin[Lane]):
    list_display = ["endpoint", "subject", "blocked_by", "blocked_at"]
    list_filter = ["blocked_at"]
    list_select_related = ["endpoint", "blocked_by"]


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin[Template]):
    list_display = ["id", "name", "category", "user", "is_default"]
    list_filter = ["is_default"]
    list_select_related = ["user"]

"""Users, keys, events and mail for operators. All but users can be looked at, not edited."""

from typing import TypeVar

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from accounts.hooks import made_by_operator
from accounts.models import ApiKey, Mail, User, UserEvent, UserSettings

Row = TypeVar("Row", bound=Model)


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Rows that processes write; changing them by hand would only mislead."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False


class SettingsInline(admin.StackedInline[UserSettings, User]):
    model = UserSettings
    can_delete = False


@admin.register(User)
class UserAdmin(BaseUserAdmin[User]):
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "is_demo", "date_joined"]
    list_filter = ["is_active", "is_staff", "is_demo"]
    search_fields = ["email", "name"]
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "is_demo"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "password1", "password2", "is_staff"]})]

    def get_inlines(
        self, request: HttpRequest, obj: User | None
    ) -> list[type[InlineModelAdmin[UserSettings, User]]]:
        """A new user gets settings by being prepared."""
        return [SettingsInline] if obj else []

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        """Whole when made; an address written here counts as confirmed."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            made_by_operator(obj)


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin[ApiKey]):
    list_display = [
        "name",
        "user",
        "prefix",
        "created_at",
        "last_used_at",
        "expires_at",
        "revoked_at",
    ]
    search_fields = ["name", "user__email", "prefix"]
    exclude = ["digest"]


@admin.register(UserEvent)
class UserEventAdmin(ReadOnlyAdmin[UserEvent]):
    list_display = ["user", "seq", "type", "at"]
    list_filter = ["type"]
    search_fields = ["user__email"]
    ordering = ["-at"]


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin[Mail]):
    list_display = ["recipients", "subject", "state", "attempts", "created_at", "last_error"]
    list_filter = ["state"]
    search_fields = ["recipients"]
    # It may open an account.
    exclude = ["content"]

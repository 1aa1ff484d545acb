"""What a new user gets, composed from the rooms."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest

from accounts.models import User, UserSettings
from alerts.config import create_alert_defaults
from strategies.packs import create_default_packs


def prepare_user(user: User) -> None:
    """Settings, default packs and alert settings. May run again: what is there stays."""
    with transaction.atomic():
        UserSettings.objects.get_or_create(user=user)
        create_default_packs(user)
        create_alert_defaults(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=commit)
            if commit:
                prepare_user(saved)
        return saved

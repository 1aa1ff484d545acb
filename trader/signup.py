"""What a new user gets, composed from the rooms."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect

from accounts.models import User, UserSettings
from alerts.config import create_alert_defaults
from strategies.packs.library import create_default_packs

MAX_EMAIL_LENGTH = 254


def prepare_user(user: User) -> None:
    """Settings, default packs and alert settings. May run again: what is there stays."""
    with transaction.atomic():
        UserSettings.objects.get_or_create(user=user)
        create_default_packs(user)
        create_alert_defaults(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def clean_email(self, email: str) -> str:
        """The library would cut a longer address off without a word."""
        if len(email) > MAX_EMAIL_LENGTH:
            raise ValidationError(f"An address has at most {MAX_EMAIL_LENGTH} characters.")
        return email

    def send_account_already_exists_mail(self, email: str) -> None:
        """Instead of an account. Hashing costs as much as making one, so timing tells nothing."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit=commit)
                if commit:
                    prepare_user(saved)
        except IntegrityError:
            # Sent twice at once: the other request has just made this account.
            raise ImmediateHttpResponse(redirect(settings.LOGIN_URL)) from None
        return saved

"""What allauth asks of us: who may sign up, how tries are counted, what mail says."""

from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts import login_tries
from accounts.mail.backend import LIFETIME
from accounts.models import User
from trader.observability.request import client_ip
from trader.signup import is_prepared, prepare_user
from trader.work.plural import counted

MAX_EMAIL_LENGTH = 254
# How long a mail may wait for its server: what it holds has to be good for a while after.
LIFETIMES = {
    "account/email/password_reset_key": timedelta(hours=4),
    "account/email/email_confirmation": timedelta(days=2),
    "account/email/email_confirmation_signup": timedelta(days=2),
    "account/email/account_already_exists": timedelta(hours=4),
    "account/email/unknown_account": timedelta(hours=4),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)

    def is_ajax(self, request: HttpRequest) -> bool:
        """These pages are for people; programs have keys."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only paths of ours: a word would be looked for beside the page one comes from."""
        return url.startswith("/") and bool(super().is_safe_url(url))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same as in the log and for the API's limits, and never a failure."""
        return client_ip(request)

    def clean_email(self, email: str) -> str:
        """The library would cut a longer address off without a word."""
        if len(email) > MAX_EMAIL_LENGTH:
            raise ValidationError(f"An address has at most {MAX_EMAIL_LENGTH} characters.")
        return email

    def can_delete_email(self, email_address: EmailAddress) -> bool:
        """Never the one an account goes by: an unconfirmed one might take its place."""
        is_own: bool = email_address.email == email_address.user.email
        return not is_own and bool(super().can_delete_email(email_address))

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

    # Wrong passwords

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        email, now = credentials.get("email", ""), login_tries.clock()
        place = login_tries.place_of(request, email)
        wait_s = login_tries.seconds_to_wait(email, place, now)
        if wait_s:
            raise too_many_tries(wait_s)
        login_tries.count(email, place, now)
        self._try = (email, place, now)

    def _rollback_login_failed_rl_usage(self) -> None:
        login_tries.uncount(*self._try)

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: str) -> None:
        email = credentials.get("email", "")
        login_tries.forget(email, login_tries.place_of(request, email))

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        if not is_prepared(user):
            # Made before operators' users were prepared when they are made.
            prepare_user(user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        login_tries.remember_device(request, response, str(kwargs.get("email") or user.email))
        return response

    # Mail

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, object],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        if not settings.SIGNUP_OPEN:
            context["signup_url"] = ""
        context["link_hours"] = settings.PASSWORD_RESET_TIMEOUT // 3600
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        message.lifetime = LIFETIMES.get(template_prefix, LIFETIME)  # type: ignore[attr-defined]
        return message

    def send_account_already_exists_mail(self, email: str) -> None:
        """Instead of an account. Hashing costs as much as making one, so timing tells nothing."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, object] | None = None,
        email: str | None = None,
    ) -> None:
        """A change of the address is told to both."""
        path = reverse("account_reset_password")
        facts = {"password_reset_url": self.request.build_absolute_uri(path), **(context or {})}
        super().send_notification_mail(template_prefix, user, facts, email)
        if template_prefix == "account/email/email_changed":
            super().send_notification_mail(template_prefix, user, facts, str(facts["to_email"]))


def too_many_tries(wait_s: int) -> ValidationError:
    minutes = -(-wait_s // 60)
    text = (
        "Too many wrong passwords for this account from here. "
        f"Wait {counted(minutes, 'minute')}, or choose a new password by mail."
    )
    return ValidationError(text, code=login_tries.TOO_MANY, params={"wait_s": wait_s})

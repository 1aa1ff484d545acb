"""allauth's pages where ours say or allow something else."""

from typing import TYPE_CHECKING

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.login_tries import TOO_MANY, place_of

if TYPE_CHECKING:
    from allauth.account.forms import AddEmailForm

NO_MAIL = (
    "This deployment sends no mail, so a new address could not be confirmed. "
    "Its operator can change the address of your account."
)
CONFIRM_FIRST = "Confirm the address first: open the link that was sent to it."


def seconds_to_wait(form: Form) -> int:
    """What a form that was refused for too many tries asks to wait; 0 for any other fault."""
    faults = [fault for faults in form.errors.as_data().values() for fault in faults]
    waits = [fault.params["wait_s"] for fault in faults if fault.code == TOO_MANY and fault.params]
    return max(waits, default=0)


def answered_429(response: HttpResponse, form: Form) -> HttpResponse:
    wait_s = seconds_to_wait(form)
    if wait_s:
        response.status_code = 429
        response["Retry-After"] = str(wait_s)
    return response


class LoginView(views.LoginView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Tries from one network address are limited, but not for who is at home in the account."""
        held_back = None
        if not place_of(request, request.POST.get("login", "")).is_known:
            held_back = ratelimit.consume_or_429(request, action="login_from_address")
        answer: HttpResponse = held_back or super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        return context | {"is_signup_open": settings.SIGNUP_OPEN}

    def form_invalid(self, form: Form) -> HttpResponse:
        return answered_429(super().form_invalid(form), form)


class ReauthenticateView(views.ReauthenticateView):  # type: ignore[misc]
    def form_invalid(self, form: Form) -> HttpResponse:
        return answered_429(super().form_invalid(form), form)


class SignupView(views.SignupView):  # type: ignore[misc]
    def closed(self) -> HttpResponse:
        response: HttpResponse = super().closed()
        if self.request.method != "GET":
            response.status_code = 403
        return response


class PasswordResetView(views.PasswordResetView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """A page must not promise a mail that nobody sends."""
        if not settings.EMAIL_URL:
            status = 200 if request.method == "GET" else 403
            return render(request, "account/password_reset_closed.html", status=status)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer


class EmailView(views.EmailView):  # type: ignore[misc]
    """An address counts only once it is confirmed, and the one so far hears of each change."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if "action_remove" not in request.POST and not settings.EMAIL_URL:
            messages.error(request, NO_MAIL)
            return HttpResponseRedirect(self.success_url)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def form_valid(self, form: "AddEmailForm") -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        added = {"added_email": form.cleaned_data["email"]}
        get_adapter().send_notification_mail("account/email/email_added", self.request.user, added)
        return answer

    def _action_primary(self, request: HttpRequest) -> HttpResponse | None:
        address = self._get_email_address(request)
        if address is not None and not address.verified:
            messages.error(request, CONFIRM_FIRST)
            return None
        answer: HttpResponse | None = super()._action_primary(request)
        return answer

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context: dict[str, object] = super().get_context_data(**kwargs)
        can_confirm = bool(settings.EMAIL_URL)
        return context | {
            "can_confirm": can_confirm,
            "can_add_email": can_confirm and context["can_add_email"],
            "no_mail": NO_MAIL,
        }

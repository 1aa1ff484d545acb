"""The page of API keys. A new one is shown once, on the page that follows its creation."""

import time
from typing import TypedDict

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.crypto import decrypt, encrypt
from accounts.forms import ApiKeyForm
from accounts.keys import create_key, revoke_key
from accounts.models import ApiKey
from accounts.ownership import AuthenticatedRequest

PAGE = "accounts/keys.html"
# Where a new key waits for the page that shows it, and how long.
WAITING = "new_api_key"
WAITS_SECONDS = 600


class NewKey(TypedDict):
    """As it lies in the session: the text encrypted, since sessions are rows too."""

    name: str
    text: str
    at: float


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def key_list(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        answer: HttpResponse = key_create(request)
        return answer
    new = shown_once(request) if request.method == "GET" else None
    return render(request, PAGE, page_context(request, ApiKeyForm(request.user)) | {"new": new})


def page_context(request: AuthenticatedRequest, form: ApiKeyForm) -> dict[str, object]:
    return {"key_form": form, "keys": ApiKey.objects.for_user(request.user).kept()}


@reauthentication_required  # type: ignore[untyped-decorator]
def key_create(request: AuthenticatedRequest) -> HttpResponse:
    """Answers with a redirect, so that loading the page again makes no second key."""
    form = ApiKeyForm(request.user, request.POST)
    if not form.is_valid():
        return render(request, PAGE, page_context(request, form), status=422)
    with transaction.atomic():
        row, text = create_key(request.user, form.cleaned_data["name"], form.expires_at())
        facts = {"key_name": row.name, "expires_at": row.expires_at}
        get_adapter().send_notification_mail("account/email/key_created", request.user, facts)
    request.session[WAITING] = NewKey(name=row.name, text=encrypt(text), at=time.time())
    return redirect("accounts:keys")


def shown_once(request: AuthenticatedRequest) -> NewKey | None:
    """The key that was just made, taken out of the session."""
    new: NewKey | None = request.session.pop(WAITING, None)
    if new is None or time.time() - new["at"] > WAITS_SECONDS:
        return None
    try:
        return NewKey(name=new["name"], text=decrypt(new["text"]), at=new["at"])
    except InvalidToken:
        return None


@login_required
@require_POST
def key_revoke(request: AuthenticatedRequest, key_id: int) -> HttpResponse:
    """Without the password: who finds a key in wrong hands must not be held up."""
    row = get_object_or_404(ApiKey.objects.for_user(request.user).kept(), pk=key_id)
    revoke_key(row)
    messages.success(request, f"The key “{row.name}” no longer opens anything.")
    return redirect("accounts:keys")

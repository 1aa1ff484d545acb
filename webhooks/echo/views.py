"""The echo bot: a receiver for development that checks signatures and shows what arrived."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from accounts.ownership import AuthenticatedRequest
from webhooks.echo.demo import create_echo_endpoint
from webhooks.models import EchoHook, EchoMessage

KEPT_MESSAGES = 50
SHOWN_MESSAGES = 20
MAX_BODY_BYTES = 64 * 1024
SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


@csrf_exempt
@require_POST
def echo_hook(request: HttpRequest, token: str) -> HttpResponse:
    """Take a message as a bot would: 200 when its signature is right, 401 when not."""
    hook = get_object_or_404(EchoHook.objects.select_related("endpoint"), token=token)
    if len(request.body) > MAX_BODY_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    body = request.body.decode("utf-8", "replace")
    problem = verify(request, body, hook.endpoint.secret if hook.endpoint else "")
    EchoMessage.objects.create(
        hook=hook,
        message_id=request.headers.get("webhook-id", "")[:64],
        attempt=_number(request, "X-RoR-Attempt"),
        sequence=_number(request, "X-RoR-Sequence"),
        is_verified=not problem,
        problem=problem,
        body=body,
    )
    _forget_old(hook)
    return JsonResponse({"verified": not problem}, status=401 if problem else 200)


def verify(request: HttpRequest, body: str, secret: str) -> str:
    """What is wrong with the signature; empty when it is right."""
    if not secret:
        return "No endpoint belongs to this address any more"
    headers = {name: request.headers.get(name, "") for name in SIGNED_HEADERS}
    try:
        Webhook(secret).verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError) as error:
        return str(error)[:200] or "The signature is not valid"
    return ""


def _number(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _forget_old(hook: EchoHook) -> None:
    kept = hook.messages.order_by("-id").values_list("pk", flat=True)[:KEPT_MESSAGES]
    hook.messages.exclude(pk__in=list(kept)).delete()


@login_required
@require_safe
def echo_page(request: AuthenticatedRequest) -> HttpResponse:
    return render(request, "webhooks/echo.html", _context(request))


@login_required
@require_POST
def echo_create(request: AuthenticatedRequest) -> HttpResponse:
    """An endpoint of the user's that posts here; the one there is, where there is one already."""
    endpoint = create_echo_endpoint(request.user, f"http://127.0.0.1:{request.get_port()}")
    messages.success(
        request,
        f"“{endpoint.name}” receives every entry and exit from now on. Send it a test to see one.",
    )
    return redirect("webhooks:echo-page")


@login_required
@require_safe
def echo_messages(request: AuthenticatedRequest) -> HttpResponse:
    """The messages, or 204 when none has come since the one the page knows."""
    context = _context(request)
    if request.GET.get("after") == str(context["newest"]):
        return HttpResponse(status=204)
    return render(request, "webhooks/_echo_messages.html", context)


def _context(request: AuthenticatedRequest) -> dict[str, object]:
    hook = EchoHook.objects.for_user(request.user).first()
    rows = list(hook.messages.all()[:KEPT_MESSAGES]) if hook else []
    page = Paginator(rows, SHOWN_MESSAGES).get_page(request.GET.get("page"))
    newest = rows[0].pk if rows else 0
    return {"hook": hook, "page": page, "newest": newest, "n_kept": KEPT_MESSAGES}

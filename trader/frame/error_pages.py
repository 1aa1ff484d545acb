"""Errors outside of REST views: JSON under /api/, a page elsewhere, the request id on both."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trader.api.errors import MESSAGES, error_response
from trader.frame.kept_forms import entries_kept
from trader.observability.request import request_id

RETRY_AFTER_S = 60
# Addresses of machines: their errors are JSON.
MACHINE_PREFIXES = ("/api/", "/health", "/metrics")
TITLES = {
    400: "This request could not be read",
    403: "This is not yours to open",
    404: "There is nothing here",
    405: "This address takes a form",
    429: "Too many tries",
    500: "Something failed on our side",
}


def answer(
    request: HttpRequest,
    status: int,
    template: str | None = None,
    message: str = "",
    title: str = "",
    **more: object,
) -> HttpResponse:
    if request.path.startswith(MACHINE_PREFIXES):
        return error_response(request, status, message)
    context = {
        "status": status,
        "title": title or TITLES[status],
        "request_id": request_id(request),
        # Asking once more is safe for what only reads.
        "again": request.get_full_path() if status >= 500 and request.method == "GET" else "",
        **more,
    }
    return render(request, template or f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, 404, message=MESSAGES[404])


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """For allauth, which counts the tries of its forms over a minute."""
    response = answer(request, 429)
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(request, 500)


def method_not_allowed(request: HttpRequest, lives_at: str) -> HttpResponse:
    """For the address of an action that was opened like a page; `lives_at` has its button."""
    message = f"{request.method} is not possible here."
    return answer(request, 405, message=message, lives_at=lives_at)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "The form has expired or cookies are blocked. Reload the page and try again."
    if request.headers.get("HX-Request"):
        # Scripts fetch a fresh token and say that the button may be pressed again.
        expired = HttpResponse(message, content_type="text/plain", status=403)
        expired["X-Token-Expired"] = "1"
        return expired
    kept = entries_kept(request)
    title = "The form has expired"
    address = request.get_full_path()
    return answer(request, 403, "403_csrf.html", message, title, kept=kept, address=address)

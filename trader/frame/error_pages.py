"""Errors outside of REST views: JSON under /api/, a page elsewhere, the request id on both."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trader.api.errors import MESSAGES, error_response
from trader.observability.request import request_id

RETRY_AFTER_S = 60
TITLES = {
    400: "This request could not be read",
    403: "This is not yours to open",
    404: "There is nothing here",
    429: "Too many tries",
    500: "Something failed on our side",
}


def answer(
    request: HttpRequest,
    status: int,
    template: str | None = None,
    message: str = "",
    title: str = "",
) -> HttpResponse:
    if request.path.startswith(("/api/", "/health")):
        return error_response(request, status, message)
    context = {
        "status": status,
        "title": title or TITLES[status],
        "request_id": request_id(request),
        # Asking once more is safe for what only reads.
        "again": request.get_full_path() if status >= 500 and request.method == "GET" else "",
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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = "The form has expired or cookies are blocked. Reload the page and try again."
    return answer(request, 403, "403_csrf.html", message, title="The form has expired")

"""Where an answer would lead nowhere, a way back: after an ended session, at an address of forms.

A part of a page that asks without a session is told so by 401, since a login page has no place in
it; scripts keep what was typed and offer to log in. After the login a reader returns to a page,
never to the address of a form.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from trader.frame import error_pages

GetResponse = Callable[[HttpRequest], HttpResponse]


class WaysBackMiddleware:
    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _leads_to_login(response):
            return _ask_to_log_in(request, response)
        is_page = not request.path.startswith(error_pages.MACHINE_PREFIXES)
        if response.status_code == 405 and (is_page or not response.content):
            return _not_allowed(request, response)
        return response


def _leads_to_login(response: HttpResponse) -> bool:
    if response.status_code != 302:
        return False
    target = urlsplit(response["Location"])
    return target.path == resolve_url(settings.LOGIN_URL) and "next=" in target.query


def _ask_to_log_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.headers.get("HX-Request"):
        answer = HttpResponse("Log in to go on.", content_type="text/plain", status=401)
        answer["Cache-Control"] = "no-store"
        return answer
    if request.method not in ("GET", "HEAD"):
        target = urlsplit(response["Location"])
        pairs = [_page_first(request, *pair) for pair in parse_qsl(target.query)]
        query = urlencode([pair for pair in pairs if pair[1]])
        response["Location"] = target._replace(query=query).geturl()
    return response


def _page_first(request: HttpRequest, name: str, value: str) -> tuple[str, str]:
    """The address of this very form is no place to return to; the page it stands on is."""
    is_form = name == "next" and urlsplit(value).path == request.path
    return name, referring_page(request) if is_form else value


def referring_page(request: HttpRequest) -> str:
    """The page of ours that the request came from, empty when there is none."""
    referrer = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        referrer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(referrer) if is_ours else urlsplit("")
    return parts._replace(scheme="", netloc="", fragment="").geturl()


def _not_allowed(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    page = error_pages.method_not_allowed(request, where_it_lives(request.path))
    page["Allow"] = response.get("Allow", "POST")
    return page


def where_it_lives(path: str) -> str:
    """The page above the address of an action: the one with its button."""
    names = [name for name in path.split("/") if name]
    while names:
        names.pop()
        above = "/".join(["", *names, ""])
        if above not in FORMS_ONLY and _is_known(above):
            return above
    return "/"


# Above other actions, but no page itself.
FORMS_ONLY = {"/settings/keys/"}


def _is_known(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True

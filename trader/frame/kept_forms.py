"""A form that came too late: what was typed into it, to be sent once more with a fresh token."""

from django.http import HttpRequest


def sent_from_here(request: HttpRequest) -> bool:
    """Whether a browser says that one of our own pages sent this form; others can't claim it."""
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") == own


def entries_kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What may be sent again with a fresh token: nothing secret, and only what came from a page."""
    posted = request.POST
    if not sent_from_here(request) or any("password" in name for name in posted) or request.FILES:
        return []
    return [
        (name, value)
        for name, values in posted.lists()
        if name != "csrfmiddlewaretoken"
        for value in values
    ]

"""Back to where a form came from, and never anywhere else."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def asked_for(request: HttpRequest, default: str) -> str:
    """The path in the form's `next`, as a page of ours put it there; `default` for anything else.

    It goes into `HttpResponseRedirect`: `redirect` would take a word for the name of a view.
    """
    target = request.POST.get("next", "")
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if is_path and url_has_allowed_host_and_scheme(target, None) else default

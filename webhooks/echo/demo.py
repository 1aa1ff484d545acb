"""An endpoint that posts to this machine's echo bot: of the demo user, or made by a click."""

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from webhooks.models import EchoHook, Endpoint, Template
from webhooks.models.template import ANY_EVENT

ECHO_NAME = "Echo bot"


def create_echo_endpoint(user: User, base_url: str) -> Endpoint:
    """Create the user's endpoint to the echo bot, or update its address.

    `base_url` is where this machine's web process listens: http://127.0.0.1:8000, say.
    """
    with transaction.atomic():
        hook, _ = EchoHook.objects.get_or_create(user=user)
        path = reverse("webhooks:echo-hook", args=[hook.token])
        endpoint = hook.endpoint or _new_endpoint(user)
        endpoint.url = base_url.rstrip("/") + path
        endpoint.save()
        hook.endpoint = endpoint
        hook.save(update_fields=["endpoint"])
    return endpoint


def _new_endpoint(user: User) -> Endpoint:
    """With the template that is right for every entry and exit."""
    template = Template.objects.get(pk=ANY_EVENT)
    return Endpoint(user=user, name=ECHO_NAME, template=template, events=template.events)

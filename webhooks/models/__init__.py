"""Endpoints, the templates of their bodies, and everything that was or will be sent to them."""

from webhooks.models.delivery import Attempt, Delivery
from webhooks.models.echo import EchoHook, EchoMessage
from webhooks.models.endpoint import Endpoint, EndpointSequence
from webhooks.models.lane import Lane
from webhooks.models.sender import SenderSlot
from webhooks.models.template import Template

__all__ = [
    "Attempt",
    "Delivery",
    "EchoHook",
    "EchoMessage",
    "Endpoint",
    "EndpointSequence",
    "Lane",
    "SenderSlot",
    "Template",
]

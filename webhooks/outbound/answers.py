"""What an endpoint's answer means, beyond its status: the owner's rule, and "already flat"."""

import json

from webhooks.models import Delivery, Endpoint
from webhooks.outbound.transport import SendResult


def read_answer(delivery: Delivery, result: SendResult) -> SendResult:
    """The result as its endpoint's rules read it."""
    endpoint = delivery.endpoint
    if delivery.is_exit and not delivery.is_test and is_flat(delivery, result):
        return result._replace(error="", is_accepted=True)
    if result.is_success and (problem := broken_rule(endpoint, result.response)):
        return result._replace(error=problem)
    return result


def is_flat(exit: Delivery, result: SendResult) -> bool:
    """Whether the answer to an exit says that there is no position."""
    text = result.response.lower()
    return any(
        answer["status"] == result.status and answer["text"].lower() in text
        for answer in exit.endpoint.known_flat_answers(exit.event_type)
    )


def broken_rule(endpoint: Endpoint, response: str) -> str:
    """Why a 2xx is no acceptance; empty when it is one."""
    if not endpoint.success_path:
        return ""
    found = _value_at(response, endpoint.success_path)
    if found == endpoint.success_value:
        return ""
    return (
        f"The answer's {endpoint.success_path} is {found or 'missing'}, "
        f"not {endpoint.success_value}"
    )[:300]


def _value_at(response: str, path: str) -> str:
    """The text of a JSON value, as JSON writes it and without quotes; empty when there is none."""
    try:
        value: object = json.loads(response)
    except (ValueError, RecursionError):
        return ""
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return ""
        value = value[name]
    return value if isinstance(value, str) else json.dumps(value)

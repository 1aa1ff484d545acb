"""An endpoint's rate: so many requests a second, and after a pause one second's worth at once.

So no second ever sees more than twice the rate. After a failure the credit is gone: what has
piled up meanwhile leaves at the rate and no faster.
"""

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce, Greatest

from webhooks.models import Endpoint

BURST = timedelta(seconds=1)


def n_allowed(endpoint: Endpoint, now: datetime) -> int:
    """How many requests may go out at this instant."""
    if endpoint.next_send_at is None:
        return endpoint.rate_per_second
    if endpoint.next_send_at > now:
        return 0
    n_earned = 1 + (now - endpoint.next_send_at) // endpoint.send_interval
    return min(endpoint.rate_per_second, n_earned)


def next_send_at(endpoint: Endpoint, n_sent: int, now: datetime) -> datetime:
    """When the endpoint takes another request, after so many at this instant."""
    interval = endpoint.send_interval
    # The credit of a long pause is no more than a burst.
    earliest = now - BURST + interval
    return max(endpoint.next_send_at or earliest, earliest) + interval * n_sent


def drop_credit(endpoint: Endpoint, now: datetime) -> None:
    """From now on only the rate counts."""
    paced = now + endpoint.send_interval
    latest = Greatest(Coalesce("next_send_at", paced), paced)
    Endpoint.objects.filter(pk=endpoint.pk).update(next_send_at=latest)

"""Tells the web processes, by the channel layer, that a user has new rows.

A hint that can't be sent costs a second at most: every web process looks by itself.
"""

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings

log = structlog.get_logger(__name__)


def hint(user_id: int) -> None:
    """Wake the sockets of `user_id`; does nothing without Redis."""
    layer = get_channel_layer() if settings.REDIS_URL else None
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(f"feed.{user_id}", {"type": "feed.hint"})
    except Exception as error:  # Redis is only a shortcut; its failures must not reach the caller.
        log.warning("live_feed_hint_failed", user_id=user_id, error=str(error))

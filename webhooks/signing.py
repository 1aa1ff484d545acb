"""Secrets and signatures in the form of Standard Webhooks.

Signed is `id.timestamp.body`; during a rotation every secret still valid adds its signature, so
a receiver may change over at any moment of the 24 hours.
"""

import base64
import secrets
from datetime import datetime, timedelta
from typing import TypedDict

from standardwebhooks.webhooks import Webhook

SECRET_BYTES = 32
ROTATION_OVERLAP = timedelta(hours=24)
MAX_OLD_SECRETS = 5


class OldSecret(TypedDict):
    secret: str
    valid_until: str


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature_headers(
    message_id: str, body: str, live_secrets: list[str], now: datetime
) -> dict[str, str]:
    signatures = [Webhook(secret).sign(message_id, now, body) for secret in live_secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def retire(secret: str, old: list[OldSecret], now: datetime) -> list[OldSecret]:
    """The old secrets after `secret` was replaced: those still valid, newest first."""
    kept = [row for row in old if row["valid_until"] > now.isoformat()]
    ends = (now + ROTATION_OVERLAP).isoformat()
    return [OldSecret(secret=secret, valid_until=ends), *kept][:MAX_OLD_SECRETS]

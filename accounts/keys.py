"""Creating and checking API keys.

A key is `ror_` and 40 random letters and digits. Only its SHA-256 is stored: with 238 bits of
entropy a slow hash would add nothing but latency to each request.
"""

import hashlib
import secrets
import string
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ApiKey, User

ALPHABET = string.ascii_letters + string.digits
KEY_LENGTH = 40
LAST_USED_RESOLUTION = timedelta(minutes=1)
# Asked by every call of the API: built once, and in no order, since a digest is unique.
USABLE = ApiKey.objects.usable().select_related("user").order_by()


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def create_key(user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """Store a new key and return it with its text, which can't be had again."""
    text = "ror_" + "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
    row = ApiKey.objects.create(
        user=user, name=name, prefix=text[:8], digest=digest_of(text), expires_at=expires_at
    )
    return row, text


def find_key(text: str) -> ApiKey | None:
    """The usable key with this text. The lookup is by digest, so timing tells nothing."""
    row: ApiKey | None = next(iter(USABLE.filter(digest=digest_of(text))), None)
    if row is not None:
        now = timezone.now()
        if row.last_used_at is None or now - row.last_used_at > LAST_USED_RESOLUTION:
            ApiKey.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def revoke_key(row: ApiKey) -> None:
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])

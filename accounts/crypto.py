"""Secrets at rest: a text column encrypted with `FIELD_ENCRYPTION_KEY`.

Several keys may be given, separated by commas: the first encrypts, all decrypt, so a key can be
rotated without downtime.
"""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip().encode()) for key in keys.split(",") if key.strip()])


def encrypt(text: str) -> str:
    return _box(settings.FIELD_ENCRYPTION_KEY).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    return _box(settings.FIELD_ENCRYPTION_KEY).decrypt(token.encode()).decode()


class EncryptedTextField(models.TextField[str, str]):
    """Plain text in Python, ciphertext in the database; it can't be filtered by."""

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return value if value in (None, "") else decrypt(str(value))

    def get_prep_value(self, value: Any) -> Any:
        return value if value in (None, "") else encrypt(str(value))

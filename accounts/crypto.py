"""Secrets at rest: a text column encrypted with `FIELD_ENCRYPTION_KEY`.

Several keys may be given, separated by commas: the first encrypts, all decrypt, so a key can be
rotated without downtime.
"""

from functools import lru_cache

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

log = structlog.get_logger(__name__)


@lru_cache(maxsize=4)
def _box(keys: str) -> MultiFernet:
    return MultiFernet([Fernet(key.strip().encode()) for key in keys.split(",") if key.strip()])


def encrypt(text: str) -> str:
    return _box(settings.FIELD_ENCRYPTION_KEY).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    return _box(settings.FIELD_ENCRYPTION_KEY).decrypt(token.encode()).decode()


class Unreadable(str):
    """Stands, as an empty text, for one that no key of this deployment decrypts.

    It goes back to the database as it came: whoever stores the row destroys nothing, and the text
    is there again once its key is.
    """

    token: str

    def __new__(cls, token: str) -> "Unreadable":
        self = super().__new__(cls)
        self.token = token
        return self


class EncryptedTextField(models.TextField[str, str]):
    """Plain text in Python, ciphertext in the database; it can't be filtered by.

    A text whose key is gone reads as `Unreadable`: one such row must not fail every query, and
    with it everybody's alerts, that touches it.
    """

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        if value in (None, ""):
            return value
        try:
            return decrypt(str(value))
        except InvalidToken:
            log.error("secret_unreadable", table=self.model._meta.db_table, column=self.column)
            return Unreadable(str(value))

    def get_prep_value(self, value: object) -> object:
        if isinstance(value, Unreadable):
            return value.token
        return value if value in (None, "") else encrypt(str(value))

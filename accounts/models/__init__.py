"""Users and what belongs to nobody else: settings, keys, events, mail."""

from accounts.models.event import EventCounter, UserEvent
from accounts.models.key import ApiKey
from accounts.models.mail import Mail
from accounts.models.settings import UserSettings
from accounts.models.user import User

__all__ = ["ApiKey", "EventCounter", "Mail", "User", "UserEvent", "UserSettings"]

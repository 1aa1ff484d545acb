"""What a new user gets, composed from the rooms."""

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User, UserSettings
from alerts.config import create_alert_defaults
from strategies.packs.library import create_default_packs


def prepare_user(user: User) -> None:
    """Settings, default packs and alert settings. May run again: what is there stays."""
    with transaction.atomic():
        UserSettings.objects.get_or_create(user=user)
        create_default_packs(user)
        create_alert_defaults(user)


def prepare_vouched_user(user: User) -> None:
    """The same for one made by an operator, who also answers for the address."""
    with transaction.atomic():
        prepare_user(user)
        confirm_address(user)


def confirm_address(user: User) -> None:
    """Make the user's address the primary one, and confirmed unless it is another account's."""
    taken = EmailAddress.objects.filter(email=user.email, verified=True).exclude(user=user)
    mine = EmailAddress.objects.filter(user=user)
    mine.exclude(email=user.email).filter(primary=True).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": not taken.exists(), "primary": True}
    )


def is_prepared(user: User) -> bool:
    """What every whole account has, whatever its owner has deleted since."""
    has_settings = UserSettings.objects.filter(user=user)
    return has_settings.exists() and user.alert_configs.filter(strategy=None).exists()

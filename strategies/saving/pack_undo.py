"""A deleted pack taken back: what it was travels signed with the offer, no row waits for it."""

from django.core import signing
from django.db import IntegrityError, transaction

from accounts.models import User
from strategies.engine.indicators.catalogue import TEMPLATES
from strategies.models import Pack
from strategies.packs.library import PackError

SALT = "strategies.pack-undo"
GOOD_FOR_SECONDS = 3600
# Marks a message that offers to take a deletion back; the offer follows.
MARK = "unpack:"
COLUMNS = (
    "pack_id", "family", "base_template", "version", "description", "enabled", "parameters",
    "plot_settings",
)  # fmt: skip


def offer_of(pack: Pack) -> str:
    """What brings the pack back, for its owner and an hour; to be asked for before it goes."""
    values = {name: getattr(pack, name) for name in COLUMNS}
    return signing.dumps({"user": pack.user_id, "pack": values}, salt=SALT, compress=True)


def take_back(user: User, offer: str) -> Pack:
    """The pack as it was. Raises PackError when the offer is another's, too old or taken."""
    try:
        note = signing.loads(offer, salt=SALT, max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature as error:
        raise PackError("", "This can no longer be undone. Make the pack anew.") from error
    values = note["pack"]
    if note["user"] != user.pk or values["base_template"] not in TEMPLATES:
        raise PackError("", "This can no longer be undone. Make the pack anew.")
    try:
        with transaction.atomic():
            return Pack.objects.create(user=user, **values)
    except IntegrityError as error:
        raise PackError("", f"There is a pack {values['pack_id']} already.") from error

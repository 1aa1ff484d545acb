"""A user's packs: the defaults, new ones, and those that come and go with strategies in files."""

import re
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from strategies.engine.errors import StrategyError
from strategies.engine.indicators.catalogue import DEFAULT_PACKS, TEMPLATES
from strategies.engine.spec import PackSpec
from strategies.engine.template import Template
from strategies.models import Pack, Strategy
from strategies.packs.implied import default_packs, more_packs
from strategies.packs.parameters import ParameterError, clean_pack
from strategies.packs.plots import clean_plot
from strategies.record.aliases import current_pack
from strategies.record.part import Values
from strategies.record.sameness import pack_fingerprint
from strategies.record.shape import PackRecord, Unread

NAME_LENGTH = 60
PACK_ID = re.compile(r"[a-z][a-z0-9_]{0,79}")


class PackError(ValueError):
    """A pack that can't be stored; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def create_default_packs(user: User) -> None:
    """Give a user the packs everyone begins with. May run again: what is there stays."""
    rows = [
        Pack(
            user=user,
            pack_id=default.id,
            family=default.family,
            base_template=default.base_template,
            version=default.version,
            enabled=default.enabled,
            is_default=True,
            parameters=default.as_record()["parameters"],
            plot_settings=TEMPLATES[default.base_template].plot_schema(),
        )
        for default in DEFAULT_PACKS
    ]
    Pack.objects.bulk_create(rows, ignore_conflicts=True)


def add_new_default_packs() -> int:
    """Give every user the default packs that came after the account; how many users got some.

    May run again: default packs can't be deleted, so what is missing is new. A pack of the user's
    own that has the id of a default one stays as it is.
    """
    ids = [default.id for default in DEFAULT_PACKS]
    n_known = Count("packs", filter=Q(packs__pack_id__in=ids))
    behind = list(User.objects.alias(n_known=n_known).filter(n_known__lt=len(ids)).only("pk"))
    for user in behind:
        create_default_packs(user)
    return len(behind)


def make_implied(user: User, wanted: Iterable[PackSpec]) -> bool:
    """Make packs that a strategy names and that so far are only implied.

    From then on they are the user's like any other. False when none was missing.
    """
    mine = set(Pack.objects.for_user(user).values_list("pack_id", flat=True))
    missing = {pack.id for pack in wanted} - mine
    rows = [pack for pack in (*default_packs(), *more_packs()) if pack.pack_id in missing]
    for row in rows:
        row.user = user
    # Two saves at once make one row.
    return bool(Pack.objects.bulk_create(rows, ignore_conflicts=True))


def exported(strategy: Strategy) -> Values:
    """The flat record with the packs it reads: `manage.py backtest` and import take it."""
    used = strategy.pack_uses.values_list("pack_id", flat=True)
    packs = Pack.objects.for_user(strategy.user).filter(pack_id__in=used).order_by("pack_id")
    return {**strategy.as_record(), "packs": [pack.as_record() for pack in packs]}


def engine_packs(user: User) -> list[PackRecord]:
    """The user's packs in the form the engine takes, without those that only preset fields."""
    presets = (Pack.Family.RISK, Pack.Family.TIME)
    rows = Pack.objects.for_user(user).exclude(family__in=presets).only(*Pack.RECORD_COLUMNS)
    return [pack.as_record() for pack in rows.order_by("-is_default", "pack_id")]


def adopt_packs(user: User, records: object) -> None:
    """Make the packs that come with a strategy the user's own; equal ones are there already."""
    if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
        raise _refused("Give a list of pack objects.")
    if not records:
        return
    mine = {pack.pack_id: pack for pack in Pack.objects.for_user(user)}
    for record in records:
        _adopt(user, mine, current_pack(record))


def _adopt(user: User, mine: dict[str, Pack], record: Unread) -> None:
    pack_id = str(record.get("id") or "")
    template = TEMPLATES.get(str(record.get("base_template")))
    if not PACK_ID.fullmatch(pack_id):
        raise _refused(f"{pack_id!r} is no pack id; use a-z, 0-9 and underscores.")
    if template is None:
        raise _refused(f"{pack_id}: there is no template {record.get('base_template')!r}.")
    try:
        parameters = clean_pack(template, _parameters(record))
    except ParameterError as error:
        raise _refused(f"{pack_id}: {error}") from error
    own = mine.get(pack_id)
    if own is None:
        mine[pack_id] = Pack.objects.create(
            user=user,
            pack_id=pack_id,
            family=template.family,
            base_template=template.id,
            version=_imported_name(pack_id, record),
            parameters=parameters,
            plot_settings=template.plot_schema(),
        )
    elif pack_fingerprint(own.as_record()) != pack_fingerprint(
        {"base_template": template.id, "parameters": parameters}
    ):
        raise _refused(
            f"You already have a pack {pack_id} with other parameters. Give the one in this "
            "strategy another id, or make the parameters equal."
        )


def _imported_name(pack_id: str, record: Unread) -> str:
    name = str(record.get("version") or "Imported")
    if len(name) > NAME_LENGTH:
        raise _refused(f"{pack_id}: its version, the name, has at most {NAME_LENGTH} characters.")
    return name


def _parameters(record: Unread) -> Mapping[str, object]:
    parameters = record.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise _refused(f"{record['id']}: parameters must be an object.")
    return parameters


def _refused(message: str) -> StrategyError:
    return StrategyError([("packs", message)])


def lay_on(pack: Pack, changes: Mapping[str, object]) -> None:
    template = TEMPLATES[pack.base_template]
    parameters = changes.get("parameters")
    if isinstance(parameters, Mapping):
        pack.parameters = clean_pack(template, {**pack.parameters, **parameters})
    for name in ("version", "description", "enabled"):
        if name in changes:
            setattr(pack, name, changes[name])
    plot = changes.get("plot_settings")
    if isinstance(plot, Mapping):
        pack.plot_settings = clean_plot(template, plot, pack.plot_settings)


def create_pack(user: User, base_template: str, changes: Mapping[str, object]) -> Pack:
    template = TEMPLATES.get(base_template)
    if template is None:
        raise PackError("base_template", f"There is no template {base_template!r}.")
    with transaction.atomic():
        pack = Pack(
            user=user,
            pack_id=_free_id(user, template),
            family=template.family,
            base_template=template.id,
            version=str(changes.get("version") or "Custom"),
            plot_settings=template.plot_schema(),
        )
        lay_on(pack, {"parameters": {}, **changes})
        pack.save()
    return pack


def duplicate_pack(pack: Pack) -> Pack:
    with transaction.atomic():
        return Pack.objects.create(
            user=pack.user,
            pack_id=_free_id(pack.user, TEMPLATES[pack.base_template]),
            family=pack.family,
            base_template=pack.base_template,
            version=f"{pack.version[: NAME_LENGTH - 5]} copy",
            description=f"Copy of {TEMPLATES[pack.base_template].name} ({pack.version})",
            enabled=True,
            parameters=pack.parameters,
            plot_settings=pack.plot_settings,
        )


def _free_id(user: User, template: Template) -> str:
    """The next `{template}_custom_{n}`; general packs number from the second one on."""
    # The user row's lock keeps two simultaneous copies from taking the same number.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    taken = set(Pack.objects.for_user(user).values_list("pack_id", flat=True))
    is_numbered = template.family == "tf"
    number = 1
    while True:
        suffix = f"_{number}" if is_numbered or number > 1 else ""
        pack_id = f"{template.id}_custom{suffix}"
        if pack_id not in taken:
            return pack_id
        number += 1


def set_enabled(pack: Pack, enabled: bool) -> Pack:
    """Show a pack in the pickers or hide it; strategies that use it go on."""
    Pack.objects.filter(pk=pack.pk).update(enabled=enabled)
    pack.enabled = enabled
    return pack

"""A user's packs: the defaults, new ones, and those that come with an imported strategy."""

import re
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from strategies.catalogue import PACK_TEMPLATES, PackTemplate
from strategies.models import Pack
from strategies.parameters import ParameterError, clean
from strategies.records import Record, pack_fingerprint

PACK_ID = re.compile(r"[a-z][a-z0-9_]{0,79}")


class DefaultPack(NamedTuple):
    pack_id: str
    base_template: str
    version: str = "Default"
    parameters: dict[str, Any] = {}
    enabled: bool = True


DEFAULT_PACKS = (
    DefaultPack("ema_stack_default", "ema_stack"),
    DefaultPack("macd_line_default", "macd_line"),
    DefaultPack("vwap_default", "vwap"),
    DefaultPack("rvol_default", "rvol"),
    DefaultPack("bar_count_default", "bar_count"),
    DefaultPack(
        "tod_ny_open",
        "time_of_day",
        "NY Open",
        {"start_hour": 9, "start_minute": 30, "end_hour": 12, "end_minute": 0},
    ),
    DefaultPack("session_regular", "trading_session", "Regular Hours", {"session": "regular"}),
    DefaultPack("atr_default", "atr_based", "Default"),
    DefaultPack("atr_tight", "atr_based", "Tight", {"stop_atr_mult": 1.0, "target_atr_mult": 2.0}),
    DefaultPack("fixed_1_2", "fixed_dollar", "$1 / $2"),
    DefaultPack("pct_half_one", "percentage", "0.5% / 1%", enabled=False),
    DefaultPack("swing_2r", "swing", "2R"),
)


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
            pack_id=default.pack_id,
            family=PACK_TEMPLATES[default.base_template].family,
            base_template=default.base_template,
            version=default.version,
            enabled=default.enabled,
            is_default=True,
            parameters=clean(PACK_TEMPLATES[default.base_template].parameters, default.parameters),
            plot_settings=PACK_TEMPLATES[default.base_template].plot_settings(),
        )
        for default in DEFAULT_PACKS
        if default.base_template in PACK_TEMPLATES
    ]
    Pack.objects.bulk_create(rows, ignore_conflicts=True)


def engine_packs(user: User) -> list[Record]:
    """The user's packs in the form the engine takes; risk packs only preset fields."""
    rows = Pack.objects.for_user(user).exclude(family=Pack.Family.RISK)
    return [pack.as_record() for pack in rows.order_by("-is_default", "pack_id")]


def adopt_packs(user: User, records: list[Record]) -> None:
    """Make the packs that come with a strategy the user's own; equal ones are there already."""
    mine = {pack.pack_id: pack for pack in Pack.objects.for_user(user)}
    for record in records:
        _adopt(user, mine, record)


def _adopt(user: User, mine: dict[str, Pack], record: Record) -> None:
    pack_id = str(record.get("id") or "")
    template = PACK_TEMPLATES.get(str(record.get("base_template")))
    if not PACK_ID.fullmatch(pack_id):
        raise PackError("packs", f"{pack_id!r} is no pack id; use a-z, 0-9 and underscores.")
    if template is None:
        raise PackError(
            "packs", f"{pack_id}: there is no template {record.get('base_template')!r}."
        )
    try:
        parameters = clean(template.parameters, record.get("parameters") or {})
    except ParameterError as error:
        raise PackError("packs", f"{pack_id}: {error}") from error
    own = mine.get(pack_id)
    if own is None:
        mine[pack_id] = Pack.objects.create(
            user=user,
            pack_id=pack_id,
            family=template.family,
            base_template=template.id,
            version=str(record.get("version") or "Imported")[:60],
            parameters=parameters,
            plot_settings=template.plot_settings(),
        )
    elif pack_fingerprint(own.as_record()) != pack_fingerprint(
        {"base_template": template.id, "parameters": parameters}
    ):
        raise PackError(
            "packs",
            f"You already have a pack {pack_id} with other parameters. Give the one in this "
            "strategy another id, or make the parameters equal.",
        )


def lay_on(pack: Pack, changes: dict[str, Any]) -> None:
    template = PACK_TEMPLATES[pack.base_template]
    if "parameters" in changes:
        merged = {**pack.parameters, **changes["parameters"]}
        pack.parameters = clean(template.parameters, merged)
        check_parameters(template, pack.parameters)
    for name in ("version", "description", "enabled"):
        if name in changes:
            setattr(pack, name, changes[name])
    if "colors" in changes:
        pack.plot_settings = {**pack.plot_settings, "colors": changes["colors"]}


def check_parameters(template: PackTemplate, parameters: dict[str, Any]) -> None:
    """Rules that speak of two parameters at once, such as short below mid below long."""
    message = template.refusal(parameters)
    if message:
        raise ParameterError({"": message})


def create_pack(user: User, base_template: str, changes: dict[str, Any]) -> Pack:
    template = PACK_TEMPLATES.get(base_template)
    if template is None:
        raise PackError("base_template", f"There is no template {base_template!r}.")
    with transaction.atomic():
        pack = Pack(
            user=user,
            pack_id=_free_id(user, template),
            family=template.family,
            base_template=template.id,
            version=str(changes.get("version") or "Custom"),
            plot_settings=template.plot_settings(),
        )
        lay_on(pack, {"parameters": {}, **changes})
        pack.save()
    return pack


def duplicate_pack(pack: Pack) -> Pack:
    with transaction.atomic():
        return Pack.objects.create(
            user=pack.user,
            pack_id=_free_id(pack.user, PACK_TEMPLATES[pack.base_template]),
            family=pack.family,
            base_template=pack.base_template,
            version=f"{pack.version} copy"[:60],
            description=f"Copy of {PACK_TEMPLATES[pack.base_template].name} ({pack.version})",
            enabled=True,
            parameters=pack.parameters,
            plot_settings=pack.plot_settings,
        )


def _free_id(user: User, template: PackTemplate) -> str:
    """The next `{template}_custom_{n}`; general packs number from the second one on."""
    # The user row's lock keeps two simultaneous copies from taking the same number.
    User.objects.select_for_update().get(pk=user.pk)
    taken = set(Pack.objects.for_user(user).values_list("pack_id", flat=True))
    is_numbered = template.family == Pack.Family.TF
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

"""Snapshots: memory as bytes, a JSON header and the raw numbers. Equal memory, equal bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from strategies.engine.errors import SnapshotMismatch
from strategies.engine.version import ENGINE_VERSION

_MAGIC = b"ROR1"
_LENGTH_BYTES = 4


def pack(kind: str, header: Mapping[str, object], body: bytes) -> bytes:
    """Header and body in one piece, stamped with the kind and the engine version."""
    full = {"engine": ENGINE_VERSION, "kind": kind, **header}
    text = json.dumps(full, sort_keys=True, separators=(",", ":")).encode()
    return _MAGIC + len(text).to_bytes(_LENGTH_BYTES, "little") + text + body


def unpack(kind: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and body of a snapshot of this kind and engine. Raises SnapshotMismatch."""
    start = len(_MAGIC) + _LENGTH_BYTES
    if bytes(data[: len(_MAGIC)]) != _MAGIC:
        raise SnapshotMismatch("not a snapshot of the engine")
    length = int.from_bytes(data[len(_MAGIC) : start], "little")
    try:
        header = json.loads(bytes(data[start : start + length]))
    except ValueError as error:
        raise SnapshotMismatch("a damaged snapshot") from error
    if (header.get("engine"), header.get("kind")) != (ENGINE_VERSION, kind):
        raise SnapshotMismatch(
            f"stored by engine {header.get('engine')} as {header.get('kind')}, "
            f"this is {ENGINE_VERSION} and wants {kind}"
        )
    return header, bytes(data[start + length :])

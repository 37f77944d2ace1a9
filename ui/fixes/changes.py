"""Changes the datastream of a rejected line, or of a refused reading, as the user has chosen.

Invariants: only one datastream is changed or added; what it gets fits together; what was changed elsewhere
meanwhile stays. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec

from app.config.bench_file import DeviceConfig
from app.errors import InvalidValueError
from app.wire.datastreams import INT_MAX, INT_MIN, Datastream, DatastreamType, is_number
from app.wire.suggesting import widened
from ui.fixes.fix import OF_A_LINE, Fix, Kind

Datastreams = tuple[Datastream, ...]
_Table = TypeVar("_Table", DeviceConfig, Datastream)
_PLAIN = {"scale": 1.0, "offset": 0.0, "min": None, "max": None, "values": ()}
"""What a datastream without numbers has."""


def changed(
    device: DeviceConfig, fix: Fix, target: str, value: str, at_hand: Iterable[str] = ()
) -> DeviceConfig | None:
    """`device` after `fix`, for a line that assigns the text `value` to `target`.

    `at_hand` are other lines of the board: they say how much room a wider range needs. None if the fix cannot
    help.
    """
    target = target.partition(".")[0]
    entries = list(device.datastream)
    at = _place_of(device, target)
    if at is None:
        new = _new(target) if fix.kind in (Kind.ADD, Kind.TYPE) else None
        if new is None:
            return None
        entries.append(new)
        at = len(entries) - 1
    elif fix.kind is Kind.ADD:
        return None
    if fix.kind is Kind.TYPE:
        entries[at] = _typed(entries[at], fix.type)
    elif fix.kind is Kind.ALLOW:
        wider = _wider(entries[at], target, value, at_hand)
        if wider is None:
            return None
        entries[at] = wider
    return msgspec.structs.replace(device, datastream=tuple(entries))


def helps(device: DeviceConfig, fix: Fix, line: str) -> bool:
    """Whether `fix` would change something for `line`. Fixes that do not need the line always do."""
    if fix.kind not in OF_A_LINE:
        return True
    return changed(device, fix, *split(line)) not in (None, device)


def split(line: str) -> tuple[str, str]:
    """Target and value that a line assigns."""
    name, _, value = line.partition("=")
    return name.strip().lower(), value.strip()


def entry_of(device: DeviceConfig, target: str) -> Datastream | None:
    """The datastream of a target; None if `device` has none."""
    at = _place_of(device, target.partition(".")[0])
    return None if at is None else device.datastream[at]


def differences(before: _Table, after: _Table) -> dict[str, Any]:
    """The settings of `after` that `before` has not."""
    values = msgspec.structs.asdict(after)
    return {key: value for key, value in values.items() if value != getattr(before, key)}


def merged(latest: Datastreams, before: Datastreams, after: Datastreams) -> Datastreams:
    """`latest` with the changes that lead from `before` to `after`, and no others.

    Raises InvalidValueError if they contradict what `latest` has.
    """
    old, new = ({identity(entry): entry for entry in entries} for entries in (before, after))
    removed = old.keys() - new.keys()
    found = {identity(entry): entry for entry in latest if identity(entry) not in removed}
    for key, entry in new.items():
        was = old.get(key)
        if was == entry:
            continue
        if was and key in found:
            found[key] = msgspec.structs.replace(found[key], **differences(was, entry))
        else:
            found.setdefault(key, entry)
    return tuple(found.values())


def identity(entry: Datastream) -> tuple[int | None, int | None]:
    """What an entry has in common with an earlier state of it."""
    return entry.virtual_pin, entry.id


def _place_of(device: DeviceConfig, target: str) -> int | None:
    entries = enumerate(device.datastream)
    return next((at for at, entry in entries if target in (f"v{entry.virtual_pin}", f"ds{entry.id}")), None)


def _new(target: str) -> Datastream | None:
    """A datastream for `target`; None if it has none."""
    for prefix, key in (("ds", "id"), ("v", "virtual_pin")):
        number = target.removeprefix(prefix)
        if number != target and number.isascii() and number.isdecimal():
            try:
                return msgspec.convert({key: int(number)}, Datastream)
            except (InvalidValueError, msgspec.ValidationError):
                return None
    return None


def _typed(entry: Datastream, wanted: DatastreamType) -> Datastream:
    if wanted is DatastreamType.STRING:
        return msgspec.structs.replace(entry, type=wanted, **_PLAIN)
    return msgspec.structs.replace(entry, type=wanted, values=())


def _wider(entry: Datastream, target: str, text: str, at_hand: Iterable[str]) -> Datastream | None:
    """`entry` with a range, or a list of values, that has the number `text`; None if it is no number."""
    if not is_number(text):
        return None
    if entry.type is not DatastreamType.ENUM:
        return widened(entry, f"{target}={text}", at_hand)
    number = float(text)
    if not (number.is_integer() and INT_MIN <= number <= INT_MAX):
        return None
    return msgspec.structs.replace(entry, values=(*entry.values, int(number)))

"""Changes the datastream of a rejected line, or of a refused reading, as the user has chosen.

Invariants: only one datastream is changed or added; what it gets fits together. Pure.
"""

from __future__ import annotations

import math

import msgspec

from app.config.bench_file import DeviceConfig
from app.errors import InvalidValueError
from app.wire.datastreams import INT_MAX, INT_MIN, Datastream, DatastreamType, is_number
from app.wire.scaling import scaled
from ui.fixes.fix import OF_A_LINE, Fix, Kind

_PLAIN = {"scale": 1.0, "offset": 0.0, "min": None, "max": None, "values": ()}
"""What a datastream without numbers has."""


def changed(device: DeviceConfig, fix: Fix, target: str, value: str) -> DeviceConfig | None:
    """`device` after `fix`, for a line that assigns the text `value` to `target`.

    None if the fix cannot help.
    """
    target = target.partition(".")[0]
    entries = list(device.datastream)
    at = next((place for place, entry in enumerate(entries) if _is_for(entry, target)), None)
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
        wider = _wider(entries[at], value)
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


def _is_for(entry: Datastream, target: str) -> bool:
    return target in (f"v{entry.virtual_pin}", f"ds{entry.id}")


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


def _wider(entry: Datastream, text: str) -> Datastream | None:
    """`entry` with a range, or a list of values, that has the number `text`; None if it is no number."""
    if not is_number(text):
        return None
    number = float(text)
    if not math.isfinite(number):
        return None
    value = scaled(int(number) if number.is_integer() else number, entry)
    if not isinstance(value, int | float):
        return None
    if entry.type is DatastreamType.ENUM:
        if not (float(value).is_integer() and INT_MIN <= value <= INT_MAX):
            return None
        return msgspec.structs.replace(entry, values=(*entry.values, int(value)))
    low = None if entry.min is None else min(entry.min, float(value))
    high = None if entry.max is None else max(entry.max, float(value))
    wider = msgspec.structs.replace(entry, min=low, max=high)
    return None if wider == entry else wider

"""Finds what is wrong in a bench that is being edited, with the place of each mistake. Pure.

Invariants: nothing is found exactly if the bench can be written and loads; the messages are those of the
loader. A mistake between several keys is found only when each of them is valid on its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation, unique_port
from app.config.duplicates import repeated_datastreams, repeated_devices
from app.config.explaining import explain, steps_of
from app.messages.message import Message
from app.wire.datastreams import Datastream

Place = tuple[str | int, ...]
"""Where something is in a bench file: `("device", 1, "datastream", 0, "min")`."""

KEYS: Mapping[str, tuple[str, ...]] = {
    "auth_token_not_a_place": ("auth_token",),
    "color_invalid": ("color",),
    "datastream_without_pin_or_id": ("virtual_pin", "id"),
    "device_name_invalid": ("name",),
    "line_end_invalid": ("line_end",),
    "min_above_max": ("min", "max"),
    "min_change_invalid": ("min_change",),
    "monthly_messages_out_of_range": ("monthly_messages",),
    "port_empty": ("port",),
    "port_kind_unknown": ("port",),
    "port_not_network": ("port",),
    "port_not_simulated": ("port",),
    "port_not_usb": ("port",),
    "port_on_share": ("port",),
    "port_written_otherwise": ("port",),
    "range_not_finite": ("min", "max"),
    "range_of_no_number": ("min", "max", "type"),
    "range_without_int": ("min", "max", "type"),
    "rts_of_flow_control": ("rts", "flow_control"),
    "server_or_token_missing": ("server", "auth_token"),
    "server_unencrypted": ("server",),
    "server_without_host": ("server",),
    "stop_bits_invalid": ("stop_bits",),
    "stop_bits_not_with_five": ("stop_bits", "data_bits"),
    "stop_bits_only_with_five": ("stop_bits", "data_bits"),
    "unpaced_beyond_loopback": ("requests_per_s", "server"),
    "values_without_enum": ("values", "type"),
}
"""The keys that a message without the parameter `key` is about; it is shown at the first that has a value."""

_VALID: Mapping[str, object] = {
    "port": "simulated:",
    "server": "https://blynk.cloud",
    "auth_token": "keyring:x",
    "virtual_pin": 0,
}
"""Values in place of wrong ones, for keys that cannot be left out, so that other mistakes are found too."""


class Mistake(NamedTuple):
    """What is wrong, and where: at a key, or in a whole table."""

    place: Place
    message: Message
    other: Place = ()
    """The table that has the same value already; empty for any other mistake."""


def check(document: Mapping[str, Any]) -> list[Mistake]:
    """The mistakes in a bench, as `msgspec.to_builtins` makes it of a `BenchConfig`."""
    found = list(_in_tables(document))
    if not found:
        try:
            msgspec.convert(document, BenchConfig)
        except msgspec.ValidationError as error:
            found.append(Mistake(steps_of(error), explain(error, document, BenchConfig)))
    return found


def _in_tables(document: Mapping[str, Any]) -> Iterator[Mistake]:
    yield from _Table(("bench",), _mapping(document.get("bench")), BenchSection).mistakes
    organisations = _mapping(document.get("organisation"))
    for name, each in organisations.items():
        if not _is_unicode(name):
            yield Mistake(("organisation", name), Message("text_not_unicode"))
        yield from _Table(("organisation", name), _mapping(each), Organisation).mistakes
    devices = []
    for index, each in enumerate(_mappings(document.get("device"))):
        device = _Table(("device", index), {**each, "datastream": ()}, DeviceConfig)
        devices.append(device)
        yield from device.mistakes
        organisation = device.valid("organisation")
        if organisation and organisation not in organisations:
            message = Message("organisation_without_table", organisation=organisation)
            yield Mistake((*device.place, "organisation"), message)
        yield from _in_datastreams(device.place, _mappings(each.get("datastream")))
    configs = [cast(DeviceConfig, device.config) for device in devices]
    ports = [unique_port(port) if (port := device.valid("port")) else None for device in devices]
    for key, values in (("name", [device.valid("name") for device in devices]), ("port", ports)):
        for index, first, message in repeated_devices(key, configs, values):
            yield Mistake(("device", index, key), message, ("device", first))


def _in_datastreams(place: Place, datastreams: list[Mapping[str, Any]]) -> Iterator[Mistake]:
    tables = [
        _Table((*place, "datastream", index), each, Datastream) for index, each in enumerate(datastreams)
    ]
    for table in tables:
        yield from table.mistakes
    for key in ("virtual_pin", "id"):
        for index, first, message in repeated_datastreams(key, [table.valid(key) for table in tables]):
            yield Mistake((*tables[index].place, key), message, tables[first].place)


class _Table:
    """A table with the mistakes in it."""

    def __init__(self, place: Place, document: Mapping[str, Any], kind: type[msgspec.Struct]) -> None:
        self.place = place
        self.mistakes: list[Mistake] = []
        self._kind = kind
        self._document = dict(document)
        self._wrong: set[str] = set()
        self.config = self._converted()
        """The table, in which a default or another valid value is in place of a wrong one."""
        for key, value in document.items():
            if key not in self._wrong and isinstance(value, str) and not _is_unicode(value):
                self.mistakes.append(Mistake((*place, key), Message("text_not_unicode")))

    def valid(self, key: str) -> Any:
        """The value of `key`; None if it is wrong."""
        return None if key in self._wrong else getattr(self.config, key)

    def _converted(self) -> msgspec.Struct:
        while True:
            try:
                return msgspec.convert(self._document, self._kind)
            except msgspec.ValidationError as error:
                self._take(error)

    def _take(self, error: msgspec.ValidationError) -> None:
        """Note the mistake, and replace the values of the keys that it is about."""
        steps = steps_of(error)
        message = explain(error, self._document, self._kind)
        if steps:
            # Without the place in its text, because the place is told apart.
            message = cast(Message, message.params["message"])
        keys = self._keys(steps, message)
        if not self._wrong & set(keys):
            shown = [key for key in keys if self._document.get(key) not in (None, "", (), [])]
            self.mistakes.append(Mistake((*self.place, *(steps or (shown or keys)[:1])), message))
        if self._wrong.issuperset(keys):
            # No other mistake can be found, so the whole table is replaced.
            keys = self._kind.__struct_fields__
            self._document = {}
        self._wrong.update(keys)
        for key in keys:
            self._document.pop(key, None)
            if key in _VALID:
                self._document[key] = _VALID[key]

    def _keys(self, steps: Place, message: Message) -> tuple[str, ...]:
        """The keys of the table that a message is about."""
        if steps:
            return (str(steps[0]),)
        if "key" in message.params:
            return (str(message.params["key"]),)
        return KEYS.get(message.code, ())


def _is_unicode(text: str) -> bool:
    """Whether a file can hold `text`: it can hold no half of a surrogate pair."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is a table; else an empty one, because `check` finds in the end that it is none."""
    return value if isinstance(value, Mapping) else {}


def _mappings(value: object) -> list[Mapping[str, Any]]:
    """The tables in the list `value`; as empty ones those that are none."""
    return [_mapping(each) for each in value] if isinstance(value, list | tuple) else []

"""The bench as it is edited: a tree of tables, whose values may be wrong until they are saved. Pure.

A `Node` is a table of the bench file: `[bench]`, an `[organisation.NAME]`, a `[[device]]` or a
`[[device.datastream]]`. It holds the values that differ from the defaults, as a TOML file would have them.
What cannot be a value of its key, such as the text `abc` for a baud rate, is held too, so that nothing typed
is lost; `ui.bench.model.problems` finds it.

Invariants: a node keeps its identity while it is moved, renamed or saved; a device refers to its organisation
by node, so that renaming the organisation breaks no reference; `document` has no key with its default.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.config.writing.matching import Source
from app.wire.datastreams import PIN_MAX, Datastream

NAME = "name"
"""The key of a node's name. An organisation's name is not a key in the file, but the header of its table."""
_PLACE = "keyring:{}"
_NOT_IN_PLACE = re.compile(r"[\s:]+")


class Kind(enum.Enum):
    """The kinds of tables."""

    BENCH = BenchSection
    ORGANISATION = Organisation
    DEVICE = DeviceConfig
    DATASTREAM = Datastream


def _defaults(kind: Kind) -> dict[str, Any]:
    fields = msgspec.structs.fields(kind.value)
    found = {field.encode_name: "" if field.required else field.default for field in fields}
    return {**msgspec.to_builtins(found), **({NAME: ""} if kind is Kind.ORGANISATION else {})}


_DEFAULTS = {kind: _defaults(kind) for kind in Kind}


class Node:
    """A table of the bench file that is edited."""

    def __init__(self, kind: Kind, values: dict[str, Any], origin: int | None = None) -> None:
        """`values` may contain defaults, which are left out."""
        self.kind = kind
        self.origin = origin
        """The place of the table among its like in the bench file; None if it is not in the file."""
        self.home: Node | None = None
        """The device that has a datastream in the bench file, if that is not the one that has it now."""
        self.children: list[Node] = []
        """The datastreams of a device."""
        self.values = {key: value for key, value in values.items() if value != _DEFAULTS[kind].get(key)}

    def get(self, key: str) -> Any:
        """The value of a key; its default if it has none."""
        return self.values.get(key, _DEFAULTS[self.kind][key])

    def default(self, key: str) -> Any:
        """The default of a key; empty for a key that is required."""
        return _DEFAULTS[self.kind][key]

    def put(self, key: str, value: Any) -> None:
        """Set a key. A default is left out of `values`."""
        if value == _DEFAULTS[self.kind][key]:
            self.values.pop(key, None)
        else:
            self.values[key] = value

    @property
    def target(self) -> str:
        """The target of a datastream, such as `v1`; empty if it has neither a pin nor an id."""
        pin, number = self.get("virtual_pin"), self.get("id")
        if isinstance(pin, int):
            return f"v{pin}"
        return f"ds{number}" if isinstance(number, int) else ""


class Draft:
    """A bench that is edited."""

    def __init__(self, config: BenchConfig) -> None:
        """`config` is the content of the bench file, with its paths as they are written there."""
        self.reset(config)

    def reset(self, config: BenchConfig) -> None:
        """Begin again with `config`, and drop all changes."""
        self.bench = Node(Kind.BENCH, msgspec.to_builtins(config.bench))
        self.organisations = [
            Node(Kind.ORGANISATION, {NAME: name, **msgspec.to_builtins(organisation)}, place)
            for place, (name, organisation) in enumerate(config.organisation.items())
        ]
        named = {node.get(NAME): node for node in self.organisations}
        self.devices = []
        for place, device in enumerate(config.device):
            values = msgspec.to_builtins(device)
            entries = values.pop("datastream")
            values["organisation"] = named.get(device.organisation, device.organisation)
            node = Node(Kind.DEVICE, values, place)
            node.children = [Node(Kind.DATASTREAM, entry, at) for at, entry in enumerate(entries)]
            self.devices.append(node)
        self._names = [device.name for device in config.device]
        self._organisation_names = list(config.organisation)
        self._filled: dict[Node, str] = {}
        """The place of a token that `put` has filled in by itself, for each device."""
        self._proposed: dict[Node, dict[str, Any]] = {}
        """The tables that `propose` has added since the bench file was loaded or saved, as they were then."""
        self._edited: dict[tuple[Node, str], int] = {}
        """The fields that were changed since the bench file was loaded or saved, numbered in that order."""
        self._before = self._state()

    @property
    def is_changed(self) -> bool:
        """Whether anything differs from the bench file."""
        return self._state() != self._before

    @property
    def has_edits(self) -> bool:
        """Whether anything was changed: more than tables that were proposed, and left as they were."""
        untouched = {node for node, values in self._proposed.items() if node.values == values}
        return self._state(untouched) != self._before

    def is_of(self, config: BenchConfig) -> bool:
        """Whether the bench file had the content `config` when it was loaded or saved."""
        return self._before == Draft(config)._state()

    def saved(self) -> None:
        """Take the present content as that of the bench file."""
        for nodes in (self.organisations, self.devices, *(device.children for device in self.devices)):
            for place, node in enumerate(nodes):
                node.origin, node.home = place, None
        self._names = [str(device.get(NAME)) for device in self.devices]
        self._organisation_names = [str(node.get(NAME)) for node in self.organisations]
        self._proposed, self._edited = {}, {}
        self._before = self._state()

    def nodes(self) -> Iterator[Node]:
        """All tables, in the order of the list in the editor."""
        yield self.bench
        yield from self.organisations
        for device in self.devices:
            yield device
            yield from device.children

    def rebase(self, config: BenchConfig, added: Node | None = None) -> None:
        """Take `config` as the content of the bench file, which got one more change than this draft knew.

        `added` has that change; if it was not in the file before, it is the last datastream of its device.
        """
        if added is not None and added.origin is None:
            before = self.device_of(added).origin
            added.origin = 0 if before is None else len(config.device[before].datastream) - 1
            self._proposed.pop(added, None)
        self._before = Draft(config)._state()

    def siblings(self, node: Node) -> list[Node]:
        """The list that holds `node` and the tables of its kind beside it; empty for `[bench]`."""
        match node.kind:
            case Kind.BENCH:
                return []
            case Kind.ORGANISATION:
                return self.organisations
            case Kind.DEVICE:
                return self.devices
        return self.device_of(node).children

    def device_of(self, node: Node) -> Node:
        """The device of a datastream, or `node` itself if it is a device."""
        return next(device for device in self.devices if device is node or node in device.children)

    def put(self, node: Node, key: str, value: Any) -> None:
        """Set a key of a table.

        A device that gets a server, and has no place for its token yet, gets a place in the keyring. A place
        that was filled in this way goes again with the server.
        """
        node.put(key, value)
        self._note(node, key)
        if key != "server":
            return
        if value and not node.get("auth_token"):
            self._filled[node] = self._free_place(node)
            node.put("auth_token", self._filled[node])
        elif not value and node.get("auth_token") == self._filled.get(node):
            node.put("auth_token", "")

    def add(self, kind: Kind, beside: Node, values: dict[str, Any] | None = None) -> Node:
        """Add a table, and return it.

        A device or a datastream comes behind `beside`, if that is of its kind, else at the end. A datastream
        belongs to the device of `beside`. `values` are its keys; a name or a pin that is free is added.
        """
        if kind is Kind.DATASTREAM:
            device = self.device_of(beside)
            found = values or {"virtual_pin": _free_pin(device)}
            return _insert(device.children, Node(kind, found), beside)
        names = {str(node.get(NAME)) for node in (*self.devices, *self.organisations)}
        stem = "board" if kind is Kind.DEVICE else "organisation"
        node = Node(kind, {**(values or {})})
        node.put(NAME, _free_name(stem, names))
        return _insert(self.devices if kind is Kind.DEVICE else self.organisations, node, beside)

    def propose(self, device: Node, values: dict[str, Any]) -> Node:
        """Add a datastream to a device that the user may want to save, and return it; see `has_edits`."""
        node = self.add(Kind.DATASTREAM, device, values)
        self._proposed[node] = dict(node.values)
        return node

    def copy(self, node: Node) -> Node:
        """Add a copy of a device or a datastream behind it, and return the copy.

        What must be unique is not copied: the port, a pin and an id; a device gets another name, and another
        place for its token.
        """
        if node.kind is Kind.DATASTREAM:
            left = {key: value for key, value in node.values.items() if key not in ("virtual_pin", "id")}
            return self.add(Kind.DATASTREAM, node, {**left, "virtual_pin": _free_pin(self.device_of(node))})
        left = {key: value for key, value in node.values.items() if key not in ("port", "auth_token")}
        found = self.add(Kind.DEVICE, node, left)
        found.put(NAME, _free_name(str(node.get(NAME)), {str(device.get(NAME)) for device in self.devices}))
        found.children = [Node(Kind.DATASTREAM, dict(child.values)) for child in node.children]
        if found.get("server"):
            found.put("auth_token", self._free_place(found))
        return found

    def remove(self, node: Node) -> Node:
        """Remove a table, and return the table to show instead of it.

        Devices of a removed organisation belong to none.
        """
        siblings = self.siblings(node)
        above = self.device_of(node) if node.kind is Kind.DATASTREAM else self.bench
        at = siblings.index(node)
        siblings.remove(node)
        for device in self.devices:
            if device.get("organisation") is node:
                device.put("organisation", "")
        return siblings[min(at, len(siblings) - 1)] if siblings else above

    def can_move(self, node: Node, by: int) -> bool:
        """Whether `node` can be moved `by` places down among its like, or up if `by` is negative."""
        siblings = self.siblings(node)
        return node in siblings and 0 <= siblings.index(node) + by < len(siblings)

    def move(self, node: Node, by: int) -> None:
        """Move `node` if it can be moved: see `can_move`."""
        if self.can_move(node, by):
            siblings = self.siblings(node)
            at = siblings.index(node)
            siblings.insert(at + by, siblings.pop(at))

    def move_to_device(self, node: Node, device: Node) -> None:
        """Move a datastream to another device, behind its last one."""
        before = self.device_of(node)
        before.children.remove(node)
        device.children.append(node)
        if node.origin is not None:
            home = node.home or before
            node.home = None if home is device else home
        for key in ("virtual_pin", "id"):
            self._note(node, key)
        self._proposed.pop(node, None)

    def edited(self, field: tuple[Node, str]) -> int:
        """When a key of a table was changed: the number is higher for later changes, and 0 without one."""
        return self._edited.get(field, 0)

    def document(self) -> dict[str, Any]:
        """The bench as a TOML document. Of two organisations with the same name, it has only the last one."""
        return self._document()

    def _document(self, without: Collection[Node] = ()) -> dict[str, Any]:
        return {
            "bench": dict(self.bench.values),
            "organisation": {
                str(node.get(NAME)): {key: value for key, value in node.values.items() if key != NAME}
                for node in self.organisations
            },
            "device": [_device_table(device, without) for device in self.devices],
        }

    def config(self) -> BenchConfig:
        """The bench as a configuration. Raises ValidationError of msgspec while anything is wrong."""
        return msgspec.convert(self.document(), BenchConfig)

    def renamed(self) -> dict[str, str]:
        """The new name of each device that the bench file has under another name, and its old name."""
        return {
            str(device.get(NAME)): self._names[device.origin]
            for device in self.devices
            if device.origin is not None and device.get(NAME) != self._names[device.origin]
        }

    def removed(self) -> list[str]:
        """The names in the bench file of the devices that are no longer in the draft."""
        left = {device.origin for device in self.devices}
        return [name for place, name in enumerate(self._names) if place not in left]

    def name_before(self, device: Node) -> str:
        """The name of a device in the bench file; empty if it is new."""
        return "" if device.origin is None else self._names[device.origin]

    def renamed_organisations(self) -> dict[str, str]:
        """The new name of each organisation that the bench file has under another name, and its old name."""
        return {
            str(node.get(NAME)): self._organisation_names[node.origin]
            for node in self.organisations
            if node.origin is not None and node.get(NAME) != self._organisation_names[node.origin]
        }

    def moved_datastreams(self) -> dict[str, list[Source]]:
        """By the name of each device, the places of its datastreams in the bench file; None for new ones."""
        return {
            str(device.get(NAME)): [_source(child) for child in device.children] for device in self.devices
        }

    def _note(self, node: Node, key: str) -> None:
        self._edited[node, key] = max(self._edited.values(), default=0) + 1

    def _state(self, without: Collection[Node] = ()) -> object:
        """All that differs from another bench, except for the datastreams in `without`."""
        nodes = (
            *self.organisations,
            *(each for device in self.devices for each in (device, *device.children)),
        )
        return self._document(without), [
            (node.origin, node.get(NAME)) for node in nodes if node not in without
        ]

    def _free_place(self, device: Node) -> str:
        """A place in the keyring that no other device uses."""
        stem = _NOT_IN_PLACE.sub("-", str(device.get(NAME))).strip("-") or "board"
        taken = {str(other.get("auth_token")) for other in self.devices if other is not device}
        return _PLACE.format(_free_name(stem, {place.partition(":")[2] for place in taken}, "-"))


def _device_table(device: Node, without: Collection[Node]) -> dict[str, Any]:
    organisation = device.get("organisation")
    named = organisation.get(NAME) if isinstance(organisation, Node) else organisation
    found = {"port": "", **{key: value for key, value in device.values.items() if key != "organisation"}}
    found["datastream"] = [dict(child.values) for child in device.children if child not in without]
    return {**found, "organisation": named} if named else found


def _source(node: Node) -> Source:
    """The place of a datastream in the bench file."""
    if node.home is None or node.origin is None:
        return node.origin
    return None if node.home.origin is None else (node.home.origin, node.origin)


def _insert(siblings: list[Node], node: Node, beside: Node) -> Node:
    siblings.insert(siblings.index(beside) + 1 if beside in siblings else len(siblings), node)
    return node


def _free_name(stem: str, taken: set[str], gap: str = " ") -> str:
    """`stem`, or `stem` with the first number from 2 on that makes it unique."""
    stem = re.sub(r"[ -]\d+$", "", stem) if stem in taken else stem
    names = (f"{stem}{gap}{number}" if number > 1 else stem for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _free_pin(device: Node) -> int:
    """The lowest virtual pin that no datastream of a device has; the highest one if all are taken."""
    taken = {child.get("virtual_pin") for child in device.children}
    return next((pin for pin in range(PIN_MAX + 1) if pin not in taken), PIN_MAX)

"""What is wrong with an edited bench, for each field, in the words of the loader. Pure.

Where the loader speaks of the file, such as of quotes or of `device[0]`, the sentence is another one.

Invariants: a bench without problems is one that the loader accepts; a problem between several fields is shown
at the one that the user has changed last.
"""

from __future__ import annotations

from typing import NamedTuple

from app.config.checking import KEYS, Mistake, Place, check
from app.messages.message import Message
from app.messages.visible import visible
from ui.bench.model.draft import NAME, Draft, Kind, Node

_TWICE = {Kind.DEVICE: "field_of_two_devices", Kind.DATASTREAM: "field_of_two_datastreams"}


class Problem(NamedTuple):
    """A value that the loader refuses."""

    node: Node
    key: str
    """The key beside which the message is shown; empty if the whole table is wrong."""
    message: Message


def problems(draft: Draft) -> list[Problem]:
    """All problems of `draft`."""
    return [*_of_organisations(draft), *(_problem(draft, mistake) for mistake in check(draft.document()))]


def _problem(draft: Draft, mistake: Mistake) -> Problem:
    """The problem that a mistake is, in a sentence that is true for a form."""
    message = mistake.message
    node, key = _at(draft, mistake.place)
    if message.code == "wrong_type":
        return Problem(node, key, Message("field_wrong_type", wanted=message.params["wanted"]))
    if not mistake.other:
        about = KEYS.get(message.code, ())
        fields = [(node, key), *((node, other) for other in about)] if key in about else [(node, key)]
        return Problem(*max(fields, key=draft.edited), message)
    first, _ = _at(draft, mistake.other)
    if draft.edited((first, key)) > draft.edited((node, key)):
        node, first = first, node
    if key == NAME:
        return Problem(node, key, Message("field_name_twice"))
    name = visible(str(first.get(NAME))).strip() or first.target
    return Problem(node, key, Message(_TWICE[first.kind], other=name))


def _at(draft: Draft, place: Place) -> tuple[Node, str]:
    """The table and the key at a place in the document of `draft`."""
    node, rest = draft.bench, list(place[1:])
    match place:
        case ("organisation", name, *rest):
            node = next(each for each in draft.organisations if str(each.get(NAME)) == name)
        case ("device", int(index), "datastream", int(at), *rest):
            node = draft.devices[index].children[at]
        case ("device", int(index), *rest):
            node = draft.devices[index]
    return node, str(rest[0]) if rest else ""


def _of_organisations(draft: Draft) -> list[Problem]:
    """Each organisation whose name is empty, or is that of another one.

    The loader never sees this: in a file, the second table of a name is no valid TOML.
    """
    named: dict[str, list[Node]] = {}
    for node in draft.organisations:
        named.setdefault(str(node.get(NAME)), []).append(node)
    wrong: list[Node] = []
    for name, nodes in named.items():
        if name.strip():
            nodes.remove(min(nodes, key=lambda node: draft.edited((node, NAME))))
        wrong += nodes
    return [Problem(node, NAME, Message("organisation_name_invalid")) for node in wrong]

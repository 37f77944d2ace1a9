"""What is wrong with an edited bench, for each field, in the words of the loader. Pure.

Where the loader speaks of the file, such as of quotes or of `device[0]`, the sentence is another one.

Invariant: a bench without problems is one that the loader accepts.
"""

from __future__ import annotations

from typing import NamedTuple

from app.config.checking import Mistake, Place, check
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
    found = [
        Problem(*_at(draft, mistake.place), _in_form(draft, mistake)) for mistake in check(draft.document())
    ]
    return [*_of_organisations(draft), *found]


def _in_form(draft: Draft, mistake: Mistake) -> Message:
    """The sentence about a mistake that is true for a form."""
    message = mistake.message
    if message.code == "wrong_type":
        return Message("field_wrong_type", wanted=message.params["wanted"])
    if not mistake.other:
        return message
    if mistake.place[-1] == NAME:
        return Message("field_name_twice")
    node, _ = _at(draft, mistake.other)
    name = visible(str(node.get(NAME))).strip() or node.target
    return Message(_TWICE[node.kind], other=name)


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
    """Each organisation whose name is empty, or is that of an earlier one.

    The loader never sees this: in a file, the second table of a name is no valid TOML.
    """
    names = [str(node.get(NAME)) for node in draft.organisations]
    return [
        Problem(node, NAME, Message("organisation_name_invalid"))
        for place, node in enumerate(draft.organisations)
        if not names[place].strip() or names[place] in names[:place]
    ]

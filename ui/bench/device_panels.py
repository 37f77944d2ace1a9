"""The panels of a device, with the datastreams that it could have and what its way to forward costs.

Invariant: a sketch is only read, and at most its first megabyte.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QToolButton

from app.messages.languages import text, text_of
from app.messages.message import Message
from app.messages.visible import visible
from app.wire.datastreams import Datastream
from app.wire.sketches.sketch import datastreams_of
from ui.bench.model.costs import costs, exceeds, per_second
from ui.bench.model.draft import Draft, Kind, Node
from ui.bench.model.offers import Offer, add, offers
from ui.bench.panels import DatastreamPanel, LiveView, Panel, say

_MOST_BYTES = 1_000_000
_MOST_ROWS = 12


class OffersPanel(Panel):
    """Datastreams that are announced, sent or printed by a sketch, and have no entry yet."""

    def __init__(self, draft: Draft, node: Node, live: LiveView, changed: Callable[[], None]) -> None:
        """`changed` is called after the user has added datastreams."""
        super().__init__()
        self._draft, self._node, self._live, self._changed = draft, node, live, changed
        self._printed: tuple[Datastream, ...] = ()
        self.remark = self.add_label(text("label_offers"))
        self.remark.hide()
        self.place_rows()
        self.sketch_button = QToolButton()
        self.sketch_button.setText(text("button_from_sketch"))
        self.sketch_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sketch_button.clicked.connect(self._ask_for_sketch)
        self._column.addWidget(self.sketch_button, 0, Qt.AlignmentFlag.AlignLeft)

    def refresh(self) -> None:
        """Renew what is offered."""
        status = self._live.status(self._node)
        announced = status.announced if status else ()
        sent = [row.target for row in status.datastreams] if status else []
        found = offers(self._node, announced, self._printed, sent)
        rows = [
            (text(offer.source, what=_what(offer)), text("button_add"), partial(self._add, [offer]))
            for offer in found[:_MOST_ROWS]
        ]
        if len(found) > 1:
            everything = text("offer_all", count=len(found))
            rows.insert(0, (everything, text("button_add_all"), partial(self._add, found)))
        self.show_rows(found, rows)

    def _add(self, chosen: list[Offer]) -> None:
        for offer in chosen:
            add(self._draft, self._node, offer)
        self._changed()

    def _ask_for_sketch(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, text("title_sketch"), "", text("label_sketches", patterns="*.ino *.cpp *.h *.c")
        )
        if not name:
            return
        path = Path(name)
        try:
            with path.open("rb") as file:
                source = file.read(_MOST_BYTES).decode(errors="replace")
        except OSError as error:
            self._remark(Message("sketch_unreadable", path=name, words=error.strerror or ""), "bad")
            return
        self._printed = datastreams_of(source)
        if offers(self._node, (), self._printed, ()):
            self.remark.hide()
        else:
            self._remark(Message("sketch_without_offers", name=path.name), "")
        self.refresh()

    def _remark(self, message: Message, tone: str) -> None:
        say(self.remark, text_of(message), tone)
        self.remark.show()


class CostsPanel(Panel):
    """What the way to forward costs, in plain words."""

    def __init__(self, draft: Draft, node: Node, live: LiveView) -> None:
        super().__init__()
        self._draft, self._node, self._live = draft, node, live
        self.sums = self.add_label(text("label_costs"))

    def refresh(self) -> None:
        """Renew the sums from the readings at hand."""
        status = self._live.status(self._node)
        sending = len(status.datastreams) if status else 0
        datastreams = sending or len(self._node.children)
        found = costs(self._draft, self._node, datastreams, per_second(self._live.times_us(self._node)))
        say(self.sums, " ".join(map(text_of, found)), "warn" if exceeds(found) else "")
        self.sums.setVisible(bool(found))


def panels_of(draft: Draft, live: LiveView, node: Node, changed: Callable[[], None]) -> dict[str, Panel]:
    """The panels of a table: see `ui.bench.editor.Parts`."""
    if node.kind is Kind.DATASTREAM:
        return {"section_values": DatastreamPanel(node, draft.device_of(node), live, changed)}
    if node.kind is Kind.DEVICE:
        return {
            "section_board": OffersPanel(draft, node, live, changed),
            "section_cloud": CostsPanel(draft, node, live),
        }
    return {}


def _what(offer: Offer) -> str:
    """What is offered, such as `v1 Temperature, double, °C`."""
    entry = offer.datastream
    named = visible(f"{offer.target} {entry.name}").strip()
    return ", ".join(filter(None, (named, str(entry.type or ""), visible(entry.unit))))

"""Puts tables in a new order, adds new ones and removes others, with the comments that belong to them. Pure.

Invariants: a table takes its comments and the tables of its datastreams along. Blank lines stay in their
places. A heading above a removed table stays, above the next one; so does a comment that may as well belong
to the table above (see `app.config.writing.layout`).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.config.writing.layout import DATASTREAM, DEVICE, Layout, Section
from app.config.writing.matching import Earlier
from app.config.writing.statements import Statement

Unit = list[Section]
"""A table, followed by the tables of its datastreams."""


def gather(layout: Layout) -> None:
    """Put the table of each datastream directly behind its device, in the same order."""
    units: list[Unit] = []
    device: Unit = []
    left: list[Statement] = []
    for place, section in enumerate(layout.sections):
        if section.header.path == DATASTREAM:
            above = layout.sections[place - 1]
            if above is not device[-1]:
                # Comments that may not belong to it stay where it was.
                above.body += section.shared
                left += section.headings
                section.headings, section.shared = [], []
            device.append(section)
            continue
        section.headings, left = left + section.headings, []
        units.append([section])
        if section.header.path == DEVICE:
            device = units[-1]
    _keep_at_end(layout, left)
    layout.sections = [section for unit in units for section in unit]


def arrange(
    layout: Layout, own: Sequence[Unit], earlier: Earlier, new: Sequence[Unit], device: Section | None = None
) -> None:
    """Give the units `own` of a layout, which are in its order, the order of `earlier`.

    `earlier` has their indexes; those that are not in it are removed. None stands for the next of `new`,
    which is put behind the one that comes before it. `device` is the table that all are behind, if there is
    one.
    """
    kept = [own[index] for index in earlier if index is not None]
    for place, unit in enumerate(own):
        if place not in earlier:
            remove(layout, unit)
    _reorder(layout, [own[index] for index in range(len(own)) if index in earlier], kept)
    left = iter(new)
    behind = device
    for index in earlier:
        unit = own[index] if index is not None else next(left)
        if index is None:
            if behind is not None:
                place = layout.sections.index(behind) + 1
            else:
                place = layout.sections.index(kept[0][0]) if kept else len(layout.sections)
            insert(layout, unit, place)
        behind = unit[-1]


def remove(layout: Layout, unit: Unit) -> None:
    """Remove a unit, but not what is above it without belonging to it."""
    head = unit[0]
    place = layout.sections.index(head)
    above = layout.sections[place - 1].body if place else layout.root
    above += head.shared
    del layout.sections[place : place + len(unit)]
    if below := layout.sections[place:]:
        below[0].headings = head.headings + below[0].headings
        if not place and not layout.root:
            below[0].gap = head.gap
    else:
        _keep_at_end(layout, head.headings)


def insert(layout: Layout, unit: Unit, place: int) -> None:
    """Insert a unit so that its first table is the one with the index `place`.

    It is separated by its own blank lines; the first table of the file takes over those of the one before.
    """
    head = unit[0]
    if not place and layout.sections:
        first = layout.sections[0]
        head.gap, first.gap = first.gap, first.gap or head.gap
    elif not place and not layout.root:
        head.gap = []
    layout.sections[place:place] = unit


def _reorder(layout: Layout, units: Sequence[Unit], wanted: Sequence[Unit]) -> None:
    """Put the units `wanted` into the places of `units`, which are the same in another order."""
    gaps = [unit[0].gap for unit in units]
    places = {id(unit[0]): new for unit, new in zip(units, wanted, strict=True)}
    moved = {id(section) for unit in units for section in unit}
    sections: list[Section] = []
    for section in layout.sections:
        if id(section) in places:
            sections += places[id(section)]
        elif id(section) not in moved:
            sections.append(section)
    layout.sections = sections
    for unit, gap in zip(wanted, gaps, strict=True):
        unit[0].gap = gap


def _keep_at_end(layout: Layout, headings: list[Statement]) -> None:
    """Keep headings that no table is below any more."""
    if headings:
        layout.tail = [layout.blank(), *headings[:-1], *layout.tail]

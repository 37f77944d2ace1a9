"""The columns of a wide table: which datastreams it has, in which order, and their headings. Pure.

Invariants: headings are unique, also after those that a spreadsheet would run as a formula were changed; they
do not depend on the language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from app.config.bench_file import DeviceConfig
from app.journal.export.cells import harmless
from app.wire.datastreams import Datastream

Key = tuple[str, str]
"""A datastream: the name of its device, and its target."""


def labels_of(datastreams: Mapping[str, Iterable[Datastream]]) -> dict[Key, str]:
    """For each of the devices' datastreams with a name, the name and the unit, such as `Temperature (°C)`."""
    return {
        (device, target): label
        for device, of_device in datastreams.items()
        for datastream in of_device
        if (label := _label(datastream))
        for target in _targets(datastream)
    }


def labels_of_bench(devices: Iterable[DeviceConfig]) -> dict[Key, str]:
    """The labels of the datastreams in a bench file, in its order."""
    return labels_of({device.name: device.datastream for device in devices})


def headings(keys: Iterable[Key], labels: Mapping[Key, str], taken: str) -> dict[Key, str]:
    """The heading of each datastream, in the order of the columns; `taken` is the heading of another column.

    Datastreams with a label come first, in the order of the labels, then the others by name, `v2` before
    `v10`; those of a device stay together. A heading is the label, or else the target. It names the device if
    there are several, and the target if it would not be unique otherwise.
    """
    places = {key: place for place, key in enumerate(labels)}
    ordered = sorted(keys, key=lambda key: (places.get(key, len(places)), *map(_natural, key)))
    devices = {device: place for place, device in enumerate(dict.fromkeys(device for device, _ in ordered))}
    ordered.sort(key=lambda key: devices[key[0]])
    texts = {key: labels.get(key, key[1]) for key in ordered}
    if len(devices) > 1:
        texts = {key: f"{key[0]}: {text}" for key, text in texts.items()}
    often = Counter(texts.values())
    found, used = dict[Key, str](), {taken}
    for key, text in texts.items():
        heading = text if often[text] == 1 and text != taken else f"{text} [{key[1]}]"
        whole, number = heading, 1
        while harmless(heading) in used:
            number += 1
            heading = f"{whole} ({number})"
        used.add(harmless(heading))
        found[key] = heading
    return found


def _natural(text: str) -> list[tuple[int, str]]:
    """A key that sorts numbers in texts by their values."""
    parts = re.split(r"(\d+)", text, flags=re.ASCII)
    return [(len(part.lstrip("0")) if place % 2 else 0, part) for place, part in enumerate(parts)]


def _label(datastream: Datastream) -> str:
    """The name and the unit of a datastream; empty if it has no name."""
    if datastream.name and datastream.unit:
        return f"{datastream.name} ({datastream.unit})"
    return datastream.name


def _targets(datastream: Datastream) -> Iterable[str]:
    if datastream.virtual_pin is not None:
        yield f"v{datastream.virtual_pin}"
    if datastream.id is not None:
        yield f"ds{datastream.id}"

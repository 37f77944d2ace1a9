"""What a chip of the rail says about a device. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from app.bench.status import CloudState, DeviceStatus
from app.messages.message import Message, verbatim
from app.messages.visible import visible
from ui import lights, wording
from ui.boards.failing import fails

_TONES = {"label_waiting": "", "label_not_written": "bad"}
"""The tones of the labels about readings; the others are `warn`."""
_GRAVITY = ("good", "", "warn", "bad")


class Part(NamedTuple):
    """A part of a line of a chip; `tone` is `good`, `warn`, `bad`, or empty."""

    tone: str
    message: Message


class Chip(NamedTuple):
    """The texts of a chip, and the tones of its lights. Without a running bench, the lights are off."""

    name: str
    port: str = ""
    cloud: str = ""
    rate: Message | None = None
    """The rate of lines."""
    readings: tuple[Part, ...] = ()
    """How many readings have not reached the cloud, by fate; the gravest fate first."""
    details: tuple[Message, ...] = ()
    """The state of the port and of the cloud in words, for the tool tip and for screen readers."""
    fails: bool = False
    short_rate: Message | None = None
    """The same rate where there is little room."""
    is_replay: bool = False
    """Whether the device is a recording, which has neither a port nor a cloud."""

    @property
    def lights(self) -> tuple[Part, ...]:
        """The lights of the port and of the cloud, each as a sign and a name."""
        if self.is_replay:
            return (Part("", Message("chip_replay")),)
        return self._light(self.port, "chip_port"), self._light(self.cloud, "chip_cloud")

    @property
    def short_lights(self) -> tuple[Part, ...]:
        """The same with shorter names, for a narrow rail."""
        if self.is_replay:
            return self.lights
        return self._light(self.port, "chip_port_short"), self._light(self.cloud, "chip_cloud_short")

    @property
    def signs(self) -> tuple[Part, ...]:
        """The same with only their signs, for a chip of one line."""
        return tuple(Part(tone, verbatim(lights.SIGNS[tone])) for tone in (self.port, self.cloud))

    @property
    def gravest_sign(self) -> tuple[Part, ...]:
        """The sign of the light that needs more attention, for a narrow chip of one line."""
        return (max(self.signs, key=lambda sign: _GRAVITY.index(sign.tone)),)

    def _light(self, tone: str, code: str) -> Part:
        return Part(tone, Message(code, light=lights.SIGNS[tone]))


def chip_of(device: DeviceStatus, lines_per_s: float) -> Chip:
    """The chip of a device, of which `lines_per_s` lines come in per second."""
    readings = _unsent(device)
    if device.replay:
        readings = (Part("", Message("label_shown", number=wording.count(device.counts.readings))),)
    return Chip(
        visible(device.name),
        lights.of_port(device),
        lights.of_cloud(device),
        Message("label_lines_rate", count=wording.plural_of(lines_per_s), rate=wording.rate(lines_per_s)),
        readings,
        tuple(_details(device)),
        fails(device),
        Message("label_rate_short", rate=wording.rate(lines_per_s)),
        device.replay is not None,
    )


def idle_chip(device: DeviceStatus) -> Chip:
    """The chip of a device that was disconnected: what waits is kept in the journal."""
    return Chip(visible(device.name), readings=_unsent(device))


def _unsent(device: DeviceStatus) -> tuple[Part, ...]:
    return tuple(Part(_TONES.get(label.code, "warn"), label) for label in lights.unsent_labels(device))


def _details(device: DeviceStatus) -> Iterator[Message]:
    link, cloud = device.link, device.cloud
    if device.replay:
        yield wording.position(device.replay)
        yield cloud.message
        return
    yield Message("chip_port_state", state=Message(wording.LINK_LABELS[link.state]))
    if link.message:
        yield wording.of_port(device.port, link.message)
    yield Message("chip_cloud_state", state=lights.cloud_state(device))
    if cloud.state is not CloudState.OFF:
        yield cloud.message


def last_line(chip: Chip, fits: Callable[[Sequence[Part]], bool]) -> list[Part]:
    """The rate of lines and the counts of readings, as far as they fit beside each other.

    If there is no room for all, the gravest count goes first, then the rate, then the other counts.
    """
    rates = [Part("", rate) for rate in (chip.rate, chip.short_rate) if rate]
    shown = list(chip.readings[:1])
    fitting = [rate for rate in rates if fits([rate, *shown])]
    if not shown:
        shown = fitting[:1] or rates[-1:]
    elif fitting:
        shown = [fitting[0], *shown]
    for part in chip.readings[1:]:
        if fits([*shown, part]):
            shown.append(part)
    return shown


def lights_and_numbers(chip: Chip, fits: Callable[[Sequence[Part]], bool]) -> list[Part]:
    """The lights with short names and then `last_line`, for a chip of two lines.

    If there is no room for both, the lights have only their signs.
    """

    def beside(shown: Sequence[Part]) -> list[Part]:
        return [*shown, *last_line(chip, lambda numbers: fits([*shown, *numbers]))]

    parts = beside(chip.short_lights)
    return parts if fits(parts) or chip.is_replay else beside(chip.signs)

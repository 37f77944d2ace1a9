"""The bench file, typed: which boards there are, which account each one feeds, and how.

Invariants: a bench file that loads names no token, no two devices of one name or port, no server that would
carry a token in the clear beyond the private network, and no path outside the file system. Every error names
the key and the mend. Pure: no I/O, no clock.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping

import msgspec

from app.config.addresses import check_path, check_port, check_server, is_loopback, port_identity
from app.wire.datastreams import Datastream

TOKEN_REFERENCE = re.compile(r"keyring:[^\s:]+|env:PINBRIDGE_[A-Za-z0-9_]*")
_MOST_COUNTED = 10**12
"""Far beyond what anybody means, and within what fractions can be taken of."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Forward(enum.StrEnum):
    """Which readings of a device go to the cloud, and in what form."""

    EVERY = "every"
    LATEST = "latest"
    TIMESTAMPED = "timestamped"


class Backlog(enum.StrEnum):
    """How readings go that piled up while the cloud was away."""

    REPLAY = "replay"
    TIMESTAMPED = "timestamped"


class UnknownPins(enum.StrEnum):
    """What becomes of lines for pins that have no entry."""

    FORWARD = "forward"
    REJECT = "reject"


def _check_positive(key: str, value: float) -> None:
    # Far beyond what anybody means, and all within what clocks and waits can count.
    if not 1e-6 <= value <= 1e6:
        raise ValueError(f"{key} must be a number greater than 0 and at most 1000000")


def _check_distinct(kind: str, key: str, values: Mapping[str, object]) -> None:
    """Refuse a value of `key` that stands twice; `values` has that of each entry, by its place."""
    places: dict[object, str] = {}
    for place, value in values.items():
        if value in places:
            raise ValueError(
                f"{place}: {key} {value} is that of {places[value]} too: give each {kind} its own"
            )
        if value is not None:
            places[value] = place


class DeviceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One board, its auth token's place, and its road to the cloud.

    Without `server` the device is read, plotted and journalled, and nothing is sent.
    """

    name: str = "board"
    port: str
    baud_rate: int = 115200
    reset_on_connect: bool = True
    line_end: str = "\n"
    record: bool = False
    server: str = ""
    auth_token: str = ""
    organisation: str = ""
    forward: Forward = Forward.EVERY
    batch: bool = False
    backlog: Backlog = Backlog.REPLAY
    interval_s: float = 1.0
    requests_per_s: float = 10.0
    daily_points: int = 10000
    max_age_days: float = 30.0
    """Older readings are no longer sent with their times: the cloud takes none that are."""
    unknown_pins: UnknownPins = UnknownPins.FORWARD
    datastream: tuple[Datastream, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or _CONTROL.search(self.name):
            raise ValueError("name is empty or has a control character: give the device a name")
        check_port(self.port)
        if not 50 <= self.baud_rate <= 20_000_000:
            raise ValueError(f"baud_rate = {self.baud_rate} is not within 50…20000000")
        if self.line_end not in ("", "\n", "\r", "\r\n"):
            raise ValueError(r'line_end is one of "", "\n", "\r", "\r\n"')
        if self.auth_token and not TOKEN_REFERENCE.fullmatch(self.auth_token):
            raise ValueError(
                "auth_token names the place of the token, never the token: "
                'write "keyring:NAME" or "env:PINBRIDGE_NAME"'
            )
        if bool(self.server) != bool(self.auth_token):
            raise ValueError("server and auth_token go together: give both, or neither to send nothing")
        if self.server:
            check_server(self.server)
        if self.requests_per_s != 0:
            _check_positive("requests_per_s", self.requests_per_s)
        elif not is_loopback(self.server):
            raise ValueError("requests_per_s = 0 (unpaced) is for loopback servers alone: write 10")
        _check_positive("interval_s", self.interval_s)
        _check_positive("max_age_days", self.max_age_days)
        if not 1 <= self.daily_points <= _MOST_COUNTED:
            raise ValueError(f"daily_points must be at least 1 and at most {_MOST_COUNTED}")
        entries = {f"datastream[{index}]": entry for index, entry in enumerate(self.datastream)}
        pins = {place: entry.virtual_pin for place, entry in entries.items()}
        ids = {place: entry.id for place, entry in entries.items()}
        _check_distinct("datastream", "virtual_pin", pins)
        _check_distinct("datastream", "id", ids)

    def datastream_id(self, pin: int) -> int | None:
        """The datastream id that the bench file gives a virtual pin."""
        return next((d.id for d in self.datastream if d.virtual_pin == pin), None)


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Devices that share one Blynk plan."""

    monthly_messages: int = 0
    """0: no budget."""

    def __post_init__(self) -> None:
        if not 0 <= self.monthly_messages <= _MOST_COUNTED:
            raise ValueError(
                f"monthly_messages must be at least 0, which means no budget, and at most {_MOST_COUNTED}"
            )


class BenchSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for the bench as a whole."""

    name: str = "Bench"
    journal: str = ""
    keep_days: float = 30
    max_journal_mb: float = 2000

    def __post_init__(self) -> None:
        if self.journal:
            check_path(self.journal, "journal")
        _check_positive("keep_days", self.keep_days)
        _check_positive("max_journal_mb", self.max_journal_mb)


class BenchConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bench file."""

    bench: BenchSection = BenchSection()
    organisation: dict[str, Organisation] = {}
    device: tuple[DeviceConfig, ...] = ()

    def __post_init__(self) -> None:
        devices = {f'device[{index}] "{device.name}"': device for index, device in enumerate(self.device)}
        names = {place: device.name for place, device in devices.items()}
        ports = {place: _one_board(device.port) for place, device in devices.items()}
        _check_distinct("device", "name", names)
        _check_distinct("device", "port", ports)
        for place, device in devices.items():
            if device.organisation and device.organisation not in self.organisation:
                raise ValueError(
                    f'{place}: organisation = "{device.organisation}" has no '
                    f"[organisation.{device.organisation}] table: add it"
                )


def _one_board(port: str) -> str | None:
    """What a second device must not have as its port too; None where each has a board of its own."""
    return None if port == "simulated:" else port_identity(port)

"""The types of a bench file, which says how each board is read and forwarded. Pure: no I/O, no clock.

Invariants: a bench file that loads contains no token, no two devices with the same name or port, and no path
to a network share or a system device. Every server in the file is reached over HTTPS, unless the server is on
this computer or has a private address. Every error names the key and the fix.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import msgspec

from app.config.addresses import check_path, check_port, check_server, is_loopback, port_identity
from app.config.duplicates import check_datastreams, check_devices, place_of
from app.config.serial_settings import FlowControl, Parity, check_serial_settings
from app.errors import InvalidValueError
from app.messages.message import Message
from app.wire.datastreams import Datastream
from app.wire.readings import Grammar

TOKEN_REFERENCE = re.compile(r"keyring:[^\s:]+|env:PINBRIDGE_[A-Za-z0-9_]*")
_MOST_COUNTED = 10**12
"""The highest number of messages or points: far above any real plan, and floats still count it exactly."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Forward(enum.StrEnum):
    """Which readings of a device are sent to the cloud, and in which form."""

    EVERY = "every"
    LATEST = "latest"
    TIMESTAMPED = "timestamped"


class Backlog(enum.StrEnum):
    """How to send the readings that have piled up during an outage."""

    REPLAY = "replay"
    TIMESTAMPED = "timestamped"


class UnknownPins(enum.StrEnum):
    """What to do with lines for pins without a `[[device.datastream]]` table."""

    FORWARD = "forward"
    REJECT = "reject"


def _check_positive(key: str, value: float) -> None:
    # The limits are far beyond any real setting, but clocks and timeouts can still handle them.
    if not 1e-6 <= value <= 1e6:
        raise InvalidValueError("value_not_positive", key=key, most=1_000_000)


class DeviceConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of one board: its port, the place of its auth token, and how its readings are sent.

    Without `server`, its readings are plotted and journalled, but not sent.
    """

    name: str = "board"
    port: str
    baud_rate: int = 115200
    reset_on_connect: bool = True
    dtr: bool | None = None
    """Whether DTR is on after opening; None: as `reset_on_connect` says (see `app.boards.reset`)."""
    rts: bool | None = None
    """Whether RTS is on after opening; None: the same as DTR."""
    data_bits: int = 8
    parity: Parity = Parity.NONE
    stop_bits: float = 1.0
    flow_control: FlowControl = FlowControl.NONE
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
    """The age up to which the cloud accepts a reading with its timestamp."""
    unknown_pins: UnknownPins = UnknownPins.FORWARD
    datastream: tuple[Datastream, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip() or _CONTROL.search(self.name):
            raise InvalidValueError("device_name_invalid")
        check_port(self.port)
        if not 50 <= self.baud_rate <= 20_000_000:
            raise InvalidValueError(
                "value_out_of_range", key="baud_rate", value=self.baud_rate, low=50, high=20_000_000
            )
        check_serial_settings(self.data_bits, self.stop_bits, self.flow_control, rts=self.rts)
        if self.line_end not in ("", "\n", "\r", "\r\n"):
            raise InvalidValueError("line_end_invalid")
        if self.auth_token and not TOKEN_REFERENCE.fullmatch(self.auth_token):
            raise InvalidValueError("auth_token_not_a_place")
        if bool(self.server) != bool(self.auth_token):
            raise InvalidValueError("server_or_token_missing")
        if self.server:
            check_server(self.server)
        if self.requests_per_s != 0:
            _check_positive("requests_per_s", self.requests_per_s)
        elif not is_loopback(self.server):
            raise InvalidValueError("unpaced_beyond_loopback")
        _check_positive("interval_s", self.interval_s)
        _check_positive("max_age_days", self.max_age_days)
        if not 1 <= self.daily_points <= _MOST_COUNTED:
            raise InvalidValueError("count_out_of_range", key="daily_points", low=1, high=_MOST_COUNTED)
        check_datastreams(self.datastream)

    def datastream_id(self, pin: int) -> int | None:
        """The datastream id of a virtual pin; None if the bench file sets no id."""
        return next((d.id for d in self.datastream if d.virtual_pin == pin), None)

    def grammar(self, known_targets: Iterable[str] = ()) -> Grammar:
        """A grammar for the lines of the device; `known_targets` are those with readings in its journal."""
        return Grammar(
            self.datastream,
            reject_unknown=self.unknown_pins is UnknownPins.REJECT,
            known_targets=known_targets,
        )


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Blynk organisation. Its devices share one monthly budget of messages."""

    monthly_messages: int = 0
    """0 means no budget."""

    def __post_init__(self) -> None:
        if not 0 <= self.monthly_messages <= _MOST_COUNTED:
            raise InvalidValueError("monthly_messages_out_of_range", high=_MOST_COUNTED)


class BenchSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of the bench as a whole."""

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
    """The content of a bench file."""

    bench: BenchSection = BenchSection()
    organisation: dict[str, Organisation] = {}
    device: tuple[DeviceConfig, ...] = ()

    def __post_init__(self) -> None:
        check_devices("name", self.device, [device.name for device in self.device])
        check_devices("port", self.device, [unique_port(device.port) for device in self.device])
        for index, device in enumerate(self.device):
            if device.organisation and device.organisation not in self.organisation:
                message = Message("organisation_without_table", organisation=device.organisation)
                raise InvalidValueError("about", subject=place_of(index, device), message=message)


def unique_port(port: str) -> str | None:
    """`port` in the spelling that is compared, because no two devices of a bench may share a port.

    None for a simulated board, because a bench may have several.
    """
    return None if port == "simulated:" else port_identity(port)

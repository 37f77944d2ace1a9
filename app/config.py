"""The bench file, typed: which boards there are, which account each one feeds, and how.

Invariants: a bench file that loads names no token, no two devices of one name or port, no server that would
carry a token in the clear beyond the private network, and no path outside the file system. Every error is
one line that names the file, the key and the mend.
"""

from __future__ import annotations

import enum
import ipaddress
import re
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import platformdirs

from app.wire.datastreams import Datastream

TOKEN_REFERENCE = re.compile(r"keyring:[^\s:]+|env:PINBRIDGE_[A-Za-z0-9_]*")
_PORT_SCHEMES = ("usb:", "socket://", "simulated:", "replay:")
_USB_PORT = re.compile(r"usb:[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}(?::[^@]+|@.+)?")
_WINDOWS_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


class ConfigError(ValueError):
    """The bench file, or what stands in its place on the command line, cannot be used as it is."""


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
    unknown_pins: UnknownPins = UnknownPins.FORWARD
    datastream: tuple[Datastream, ...] = ()

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("name is empty: give the device a name")
        _check_port(self.port)
        if not 50 <= self.baud_rate <= 20_000_000:
            raise ValueError(f"baud_rate = {self.baud_rate} is not within 50…20000000")
        if self.line_end not in ("", "\n", "\r", "\r\n"):
            raise ValueError(r'line_end is one of "", "\n", "\r", "\r\n"')
        if self.auth_token and not TOKEN_REFERENCE.fullmatch(self.auth_token):
            raise ValueError(
                'auth_token names the place of the token, never the token: write "keyring:NAME" or "env:PINBRIDGE_NAME"'
            )
        if bool(self.server) != bool(self.auth_token):
            raise ValueError("server and auth_token go together: give both, or neither to send nothing")
        if self.server:
            check_server(self.server)
        if self.requests_per_s < 0 or (self.requests_per_s == 0 and not is_loopback(self.server)):
            raise ValueError("requests_per_s = 0 (unpaced) is for loopback servers alone: write 10")
        if self.interval_s <= 0:
            raise ValueError("interval_s must be greater than 0")
        if self.daily_points < 1:
            raise ValueError("daily_points must be at least 1")
        _check_unique([d.virtual_pin for d in self.datastream if d.virtual_pin is not None], "virtual_pin")
        _check_unique([d.id for d in self.datastream if d.id is not None], "id")

    def datastream_id(self, pin: int) -> int | None:
        """The datastream id that the bench file gives a virtual pin."""
        return next((d.id for d in self.datastream if d.virtual_pin == pin), None)


class Organisation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Devices that share one Blynk plan."""

    monthly_messages: int = 0


class BenchSection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for the bench as a whole."""

    name: str = "Bench"
    journal: str = ""
    keep_days: float = 30
    max_journal_mb: float = 2000

    def __post_init__(self) -> None:
        if self.journal:
            _check_path(self.journal, "journal")
        if self.keep_days <= 0 or self.max_journal_mb <= 0:
            raise ValueError("keep_days and max_journal_mb must be greater than 0")


class BenchConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A bench file."""

    bench: BenchSection = BenchSection()
    organisation: dict[str, Organisation] = {}
    device: tuple[DeviceConfig, ...] = ()

    def __post_init__(self) -> None:
        _check_unique([d.name for d in self.device], "name")
        _check_unique([d.port for d in self.device if d.port != "simulated:"], "port")
        for device in self.device:
            if device.organisation and device.organisation not in self.organisation:
                raise ValueError(
                    f'device "{device.name}": organisation = "{device.organisation}" has no '
                    f"[organisation.{device.organisation}] table: add it"
                )


def load(path: Path) -> BenchConfig:
    """The bench file at `path`, with the journal's path made absolute.

    Raises ConfigError, in one line, where it cannot be read or is wrong.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    return parse(text, str(path), path.parent.absolute())


def parse(text: bytes, source: str, folder: Path) -> BenchConfig:
    """The bench file `text`; errors name `source`, and a relative journal lies in `folder`."""
    try:
        config = msgspec.toml.decode(text, type=BenchConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {_with_place(str(error))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{source}: is not TOML: {error}") from None
    return with_journal(config, folder)


def with_journal(config: BenchConfig, folder: Path) -> BenchConfig:
    """`config` with its journal's path made absolute, in the user's data folder where it names none."""
    section = config.bench
    if section.journal:
        journal = folder / section.journal
    else:
        safe = re.sub(r"[^\w.-]+", "-", section.name).strip("-.") or "bench"
        journal = Path(platformdirs.user_data_dir("pinbridge", appauthor=False)) / f"{safe}.db"
    section = msgspec.structs.replace(section, journal=str(journal))
    return msgspec.structs.replace(config, bench=section)


def is_loopback(server: str) -> bool:
    """Whether a server's URL stays on this computer."""
    host = urlsplit(server).hostname or ""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_clear_text(server: str) -> bool:
    """Whether a server's URL sends the token unencrypted."""
    return urlsplit(server).scheme == "http"


def check_server(server: str) -> None:
    """Raise ValueError where `server` is no URL that a token may be sent to."""
    parts = urlsplit(server)
    try:
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("server has no good port: write https://HOST or https://HOST:PORT") from None
    if parts.scheme not in ("http", "https") or not host or parts.path not in ("", "/"):
        raise ValueError('server is an address such as "https://fra1.blynk.cloud"')
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError('server is an address alone, without user, "?" or "#"')
    if parts.scheme == "http" and not is_loopback(server):
        address = _address(host)
        if address is None or not address.is_private:
            raise ValueError(f"server would send the token unencrypted to {host}: write https://{host}")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _check_port(port: str) -> None:
    if not port:
        raise ValueError('port is empty: write "COM5", "/dev/ttyACM0", "usb:2341:0043" or "simulated:"')
    if port.startswith("usb:") and not _USB_PORT.fullmatch(port):
        raise ValueError(
            f'port = "{port}": write "usb:VID:PID", "usb:VID:PID:SERIAL" or "usb:VID:PID@LOCATION"'
        )
    if port.startswith("replay:"):
        _check_path(port.removeprefix("replay:"), "port")
    elif ":" in port and not port.startswith(_PORT_SCHEMES):
        raise ValueError(f'port = "{port}": known are usb:, socket://, simulated: and replay:')


def _check_path(path: str, key: str) -> None:
    """Refuse UNC and device paths: a bench file may come from a stranger."""
    plain = path.replace("\\", "/")
    if plain.startswith(("//", "/dev/", "/proc/", "/sys/")) or _WINDOWS_DEVICE.match(
        plain.rpartition("/")[2]
    ):
        raise ValueError(f"{key} names a network share or a device: name a file on this computer")


def _check_unique(values: list[str] | list[int], key: str) -> None:
    seen = set()
    for value in values:
        if value in seen:
            shown = f'"{value}"' if isinstance(value, str) else value
            raise ValueError(f"{key} = {shown} stands twice: each {key} belongs to one")
        seen.add(value)


def _with_place(message: str) -> str:
    """msgspec's message with the place first: `device[0].baud_rate: expected int, got str`."""
    what, _, place = message.partition(" - at `$")
    key = place.rstrip("`").lstrip(".")
    what = what.replace("Object contains unknown field", "unknown key").replace(
        "Object missing required field", "missing key"
    )
    what = what.replace("`", "").replace("Expected", "expected").replace("Invalid", "invalid")
    return f"{key}: {what}" if key else what

"""Checks the servers, ports and paths in a bench file, because the file may come from a stranger. Pure.

Invariants: in the URL of an accepted server, all URL parsers find the same host; a token goes unencrypted
only to this computer and to private addresses; an accepted path names neither a network share nor a system
device (see `is_device`). Every error is an InvalidValueError that names the key and the fix, and shows at
most the host of a URL.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
from functools import lru_cache
from urllib.parse import urlsplit

from app.config import usb
from app.errors import InvalidValueError

REPLAY = "replay:"
SIMULATED = "simulated:"
USB = "usb:"
_NETWORK = ("socket://", "rfc2217://")
_PORT_SCHEMES = (USB, SIMULATED, *_NETWORK)
_NETWORK_PORT = re.compile(r"[a-z0-9]+://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}")
_DEV_NAME = re.compile(
    r"(?:/|dev/)?(tty[a-z]\w*\d|rfcomm\d+|(?:cu|tty)\..+|serial\d+|serial/by-.+|pts/\d+)", re.IGNORECASE
)
"""The name of a port on Linux or macOS without the leading `/dev/`."""
_MAC_NAME = re.compile(r"(?:wch)?usb(?:modem|serial)[^:/]*|SLAB_USBtoUART\d*")
"""The name of a USB port on macOS without the leading `/dev/cu.`."""
_MIXED_CASE = ("ttyUSB", "ttyACM", "ttyAMA")
_COM_PATH = re.compile(r"//[.?]/(com\d+)", re.IGNORECASE)
"""The path of a COM port, such as `//./COM12`, which other programs need for ports above COM9."""
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f\x7f]")
"""Characters that URL parsers treat differently, so that two parsers may find different hosts in one URL."""
_SERVER = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?/?", re.IGNORECASE
)
BLYNK = "https://blynk.cloud"
"""The server that redirects each account to its region."""
BLYNK_REGIONS = tuple(f"https://{region}.blynk.cloud" for region in ("fra1", "lon1", "ny3", "sgp1", "blr1"))
"""The servers of Blynk's regions."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PRIVATE = tuple(
    map(
        ipaddress.ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"),
    )
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_UTF8 = re.compile(r"[\ud800-\udfff]")
"""The surrogates by which Python replaces bytes of a path that are not UTF-8."""
_WINDOWS_DEVICE = re.compile(
    r"(?:[a-z]:)?(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:[.:]|$)", re.IGNORECASE
)
_UNIX_DEVICES = ("/dev/", "/proc/", "/sys/")


def is_loopback(server: str) -> bool:
    """Whether the URL of a server points to this computer."""
    host = _host(server)
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def is_private(server: str) -> bool:
    """Whether the host in a server's URL is an IP address of a private network.

    Host names do not count, because a name may later point to another address.
    """
    address = _address(_host(server))
    # `in` is false for an address and a network of different IP versions.
    return address is not None and any(address in network for network in _PRIVATE)


def is_clear_text(server: str) -> bool:
    """Whether a token for this server would be sent unencrypted."""
    return server.lower().startswith("http:")


def is_blynk(server: str) -> bool:
    """Whether the host in a server's URL is `blynk.cloud` or a subdomain of it."""
    return f".{_host(server)}".endswith(".blynk.cloud")


@lru_cache
def server_identity(server: str) -> str:
    """The normal form of a server's URL, which is equal for all spellings of the same server.

    It has a scheme, a host, and a port unless that is the scheme's default; all letters are lower-case.
    `server` itself is returned if it has no host.
    """
    host = _host(server)
    if not host:
        return server
    parts = urlsplit(server)
    shown = f"[{host}]" if ":" in host else host
    is_default = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{shown}" if is_default else f"{parts.scheme}://{shown}:{parts.port}"


def account_server(server: str) -> str:
    """The server that stands for `server` in the name of an account: all of Blynk's servers are one."""
    return BLYNK if is_blynk(server) else server_identity(server)


def earlier_account_servers(server: str) -> set[str]:
    """The spellings by which earlier versions may have named the server of the same account.

    They took the server as the bench file spells it, so that each region of Blynk was a server of its own.
    """
    hosts = [BLYNK, *BLYNK_REGIONS] if is_blynk(server) else []
    return {server, *(f"{host}{end}" for host in (*hosts, server_identity(server)) for end in ("", "/"))}


def check_server(server: str) -> None:
    """Raise InvalidValueError unless `server` is a URL to which a token may be sent."""
    if not _SERVER.fullmatch(server):
        raise InvalidValueError("server_not_an_address", key="server")
    host = _host(server)
    if not host:
        raise InvalidValueError("server_without_host")
    if is_clear_text(server) and not is_loopback(server) and not is_private(server):
        raise InvalidValueError("server_unencrypted", host=host)


def check_port(port: str) -> None:
    """Raise InvalidValueError unless `port` is valid.

    A valid port is a serial port, a USB identity, a board on the network, a recording or the simulated board.
    """
    if not port.strip():
        raise InvalidValueError("port_empty")
    if port.startswith(REPLAY):
        check_path(recording_path(port), "port")
        return
    if _NOT_UTF8.search(port):
        raise InvalidValueError("path_not_utf8", key="port")
    if _CONTROL.search(port):
        raise InvalidValueError("port_on_share")
    if name := _right_name(port):
        raise InvalidValueError("port_written_otherwise", port=port, name=name)
    if _is_share(port) or port.startswith("\\"):
        raise InvalidValueError("port_on_share")
    if port.startswith(USB) and not usb.parse(port):
        raise InvalidValueError("port_not_usb", port=port)
    scheme = port.partition(":")[0]
    if f"{scheme}://" in _NETWORK and not (
        _NETWORK_PORT.fullmatch(port) and 0 < int(port.rpartition(":")[2]) < 65536
    ):
        raise InvalidValueError("port_not_network", scheme=scheme)
    if port.startswith(SIMULATED) and port != SIMULATED:
        raise InvalidValueError("port_not_simulated")
    if ":" in port and not port.startswith(("/", *_PORT_SCHEMES)):
        raise InvalidValueError("port_kind_unknown", port=port)


def port_identity(port: str) -> str:
    """The normal form of `port`, which is equal for all spellings of the same port.

    Case matters only in a path, such as `/dev/ttyUSB0`, in a recording, and in the serial number of a board.
    """
    if port.startswith("/"):
        return posixpath.normpath(port)
    if address := usb.parse(port):
        return address.identity
    return port if port.startswith(REPLAY) else port.lower()


def recording_path(port: str) -> str:
    """The path of the recording that `port` names; empty if `port` is not a recording."""
    return port.removeprefix(REPLAY) if port.startswith(REPLAY) else ""


def is_network(port: str) -> bool:
    """Whether the board at `port` is reached through the network."""
    return port.startswith(_NETWORK)


def is_uart(port: str) -> bool:
    """Whether the bytes from `port` leave the board one by one, at the baud rate.

    False for a socket, a recording and the simulated board.
    """
    return not port.startswith(("socket://", SIMULATED, REPLAY))


def check_path(path: str, key: str) -> None:
    """Raise InvalidValueError unless `path` can name a file on this computer.

    It must be UTF-8, and must not be empty, contain control characters, or name a network share or a system
    device. The error names `key`, the setting whose value is `path`.
    """
    if not path.strip():
        raise InvalidValueError("path_empty", key=key)
    if _NOT_UTF8.search(path):
        raise InvalidValueError("path_not_utf8", key=key)
    if _CONTROL.search(path):
        raise InvalidValueError("path_has_control_character", key=key)
    if _is_share(path) or is_device(path):
        raise InvalidValueError("path_on_share", key=key)


def file_name(name: str, kind: str) -> str:
    """`name` as a valid file name on Windows, macOS and Linux.

    `kind` is prepended if the result would be empty or the name of a system device.
    """
    safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:100]
    return safe if safe and not is_device(safe) else f"{kind}-{safe}".rstrip("-")


def is_device(path: str) -> bool:
    """Whether a path names a system device of Windows, macOS or Linux, such as `NUL` or `/dev/tty`.

    The path is not opened.
    """
    plain = posixpath.normpath(path.replace("\\", "/"))
    name = plain.rpartition("/")[2]
    return f"{plain}/".startswith(_UNIX_DEVICES) or _WINDOWS_DEVICE.match(name) is not None


def _is_share(path: str) -> bool:
    """Whether `path` begins like a network share, or like a path to a device or namespace of Windows.

    Windows takes `/` and `\\` for each other, so `/\\HOST\\SHARE` is a network share too.
    """
    return path.lstrip().replace("\\", "/").startswith(("//", "/??/"))


def _right_name(port: str) -> str:
    """The name to write instead of `port`, if `port` names a serial port as other programs do; else empty."""
    if match := _COM_PATH.fullmatch(port.replace("\\", "/")):
        return match[1].upper()
    if _MAC_NAME.fullmatch(port):
        return f"/dev/cu.{port}"
    if match := _DEV_NAME.fullmatch(port):
        name: str = match[1]
        kind = next((kind for kind in _MIXED_CASE if name.lower().startswith(kind.lower())), "")
        return f"/dev/{kind}{name[len(kind) :]}"
    return ""


def _host(server: str) -> str:
    """The host in a URL, in lower case; empty if there is no host, or if URL parsers may disagree on it."""
    if _AMBIGUOUS.search(server):
        return ""
    try:
        parts = urlsplit(server)
        return (parts.hostname or "") if parts.port != 0 else ""
    except ValueError:
        return ""


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    # A packet to ::ffff:8.8.8.8 goes to 8.8.8.8.
    return getattr(address, "ipv4_mapped", None) or address

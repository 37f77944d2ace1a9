"""The addresses of USB boards in a bench file: `usb:VID:PID`, `usb:VID:PID:SERIAL`, `usb:VID:PID@PLACE`.

Pure. In SERIAL and PLACE, `%XX` stands for a byte of UTF-8, as in a URL, because a board may report any text.

Invariants: an address that `write` returns is printable, has no spaces, quotes or backslashes, and names only
boards with exactly the serial number or place that was written; an address of an earlier version, which had
no `%XX`, names the same board as before.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

_ADDRESS = re.compile(r"usb:([0-9A-Fa-f]{4}):([0-9A-Fa-f]{4})(?::([^@]+)|@(.+))?")
_ENCODED = frozenset('%@"\\')


class UsbAddress(NamedTuple):
    """A parsed address. `serial_number` and `place` are as written; at least one of them is empty."""

    vid_pid: str
    """Vendor and product id in capitals, such as `2341:0043`."""
    serial_number: str
    place: str

    def names(self, vid_pid: str, serial_number: str, place: str) -> bool:
        """Whether this address names a board with these facts.

        An address without serial number and place names every board with its vendor and product id.
        """
        return (
            vid_pid == self.vid_pid
            and (not self.serial_number or _means(self.serial_number, serial_number))
            and (not self.place or _means(self.place, place))
        )

    @property
    def identity(self) -> str:
        """The normal form, which is equal for all spellings of the same address."""
        return write(self.vid_pid.lower(), _decoded(self.serial_number), _decoded(self.place))


def parse(port: str) -> UsbAddress | None:
    """The parts of `port`; None if it is not a valid address of a USB board."""
    match = _ADDRESS.fullmatch(port)
    if not match:
        return None
    vid, pid, serial_number, place = match.groups()
    return UsbAddress(f"{vid}:{pid}".upper(), serial_number or "", place or "")


def write(vid_pid: str, serial_number: str = "", place: str = "") -> str:
    """The address of a board with this serial number, or at this place if the serial number is empty."""
    if serial_number:
        return f"usb:{vid_pid}:{_encoded(serial_number)}"
    return f"usb:{vid_pid}@{_encoded(place)}" if place else f"usb:{vid_pid}"


def _encoded(text: str) -> str:
    """`text` with `%XX` for all that could be misread: `%`, `@`, quotes, backslashes, spaces, the invisible.

    Lone surrogates, which have no UTF-8, are encoded as Python's `surrogatepass` does.
    """
    return "".join(
        quote(char, safe="", errors="surrogatepass")
        if char in _ENCODED or char.isspace() or not char.isprintable()
        else char
        for char in text
    )


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="surrogatepass")
    except UnicodeDecodeError:
        # The bytes are not UTF-8, so `_encoded` has not written them.
        return text


def _means(written: str, fact: str) -> bool:
    """Whether `written`, a part of an address, stands for `fact`.

    A part that `_encoded` cannot have written may come from an earlier version, where `%` stood for itself.
    """
    meant = _decoded(written)
    return fact == meant or (fact == written and written != _encoded(meant))

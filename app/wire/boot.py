"""Recognises the lines that ESP boards print when they start, crash or wait for an upload. Pure.

Such lines come from the ROM, the boot loader or the runtime, at the baud rate of the sketch or at another
one. The sketch cannot turn most of them off, so they are not its author's mistake.

Sources: the boot messages in Espressif's documentation of esptool ("Boot mode message"), the reset reasons
in `rom/rtc.h` of each chip and in the data sheet of the ESP8266 (`rst cause`, `boot mode`), and the crash
texts of ESP-IDF and of the ESP8266 core for Arduino ("Exception causes").

Invariant: a line that assigns a value to a pin or a datastream is never a boot line.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple

_MOST_LETTERS = 200
"""Boot lines are short; the end of a longer line is not read."""


class BootSign(enum.StrEnum):
    """What a boot line says about the board."""

    TEXT = "text"
    """Nothing: addresses, checksums, registers."""
    POWER_ON = "power_on"
    """The board started because its supply came on, or, on an ESP32, its reset pin was pulled."""
    RESET_PIN = "reset_pin"
    """The reset pin of an ESP8266 was pulled, which also wakes it from deep sleep."""
    SOFTWARE = "software"
    """The sketch, or the runtime after a crash, restarted the board."""
    WAKE = "wake"
    """The board woke from deep sleep, which is a restart too."""
    BROWN_OUT = "brown_out"
    """The supply voltage dropped."""
    WATCHDOG = "watchdog"
    STACK = "stack"
    """The addresses that are printed after a crash."""
    CRASH = "crash"
    NO_SKETCH = "no_sketch"
    """The boot loader finds nothing to start in the flash memory."""
    UPLOAD_MODE = "upload_mode"
    """The board waits for an upload, and does nothing until it is reset."""


class BootLine(NamedTuple):
    """A boot line."""

    sign: BootSign
    is_start: bool = False
    """Whether the line is the one with the cause of the reset, which each start of the board prints once."""


_RESET = re.compile(r"rst:0x[0-9a-f]{1,2} \((\w*)\)(?:,boot:0x[0-9a-f]{1,2} \((\w*))?")
"""ESP32 and later: `rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)`."""
_RESET_8266 = re.compile(r"ets [A-Z][a-z]{2} +[0-9]+ 20[0-9]{2},rst cause:([0-9]+), boot mode:\(([0-9]+),")
_ASSIGNMENT = re.compile(r"(?:[vV]|ds)[0-9]+[ \t]*=")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RESET_NAMES = (
    (re.compile(r"BROWN"), BootSign.BROWN_OUT),
    (re.compile(r"WDT"), BootSign.WATCHDOG),
    (re.compile(r"SLEEP"), BootSign.WAKE),
    (re.compile(r"SW|CPU"), BootSign.SOFTWARE),
)
_RESET_CAUSES = {"2": BootSign.RESET_PIN, "4": BootSign.WATCHDOG}
_MODE_OF_UPLOAD = "1"
_PATTERNS = {
    BootSign.UPLOAD_MODE: r"waiting for (?:download|host)\b",
    BootSign.BROWN_OUT: r"(?:E \([0-9]+\) )?(?:BOD: )?Brownout detector was triggered",
    BootSign.WATCHDOG: r"wdt reset|Soft WDT reset",
    BootSign.CRASH: (
        r"Guru Meditation Error|abort\(\) was called|assert failed: |Stack smashing protect failure"
        r"|\*\*\*ERROR\*\*\* A stack overflow|CORRUPT HEAP: |Debug exception reason: |Exception \([0-9]+\):"
        r"|Fatal exception [ (]?[0-9]+|User exception \(|Unhandled C\+\+ exception|Panic [\w./]+:[0-9]+"
        r"|Abort called|\+\+ MbedOS (?:Error Info|Fault Handler) \+\+"
    ),
    BootSign.STACK: r"Backtrace: ?0x|>>>stack>>>",
    BootSign.NO_SKETCH: (
        r"flash read err, |(?:ets_)?(?:main|loader)\.c [0-9]+|invalid header: 0x|csum err"
        r"|E \([0-9]+\) (?:boot|esp_image): "
    ),
    BootSign.TEXT: (
        r"ets [A-Z][a-z]{2} +[0-9]+ 20[0-9]{2}|ESP-ROM:|Build:[A-Z][a-z]{2} +[0-9]+ 20|Saved PC:0x"
        r"|configsip: |SPIWP:0x|clk_drv:0x|mode:[A-Z]{3,4}, clock div:|load:? ?0x|ho [0-9]+ tail "
        r"|entry 0x|tail [0-9]+$|chksum 0x|csum 0x|v[0-9a-f]{8}$|~ld"
        r"|[DIW] \([0-9]+\) (?:boot|esp_image|cpu_start)"
        r"|Rebooting\.\.\.|Core +[0-9] register dump|ELF file SHA256|Register dump:|Memory dump at 0x"
        r"|(?:PC|A[0-9]+|EXC\w+|SAR|LBEG) *: ?0x|[0-9a-f]{8}: +[0-9a-f]{8} "
        r"|epc1=0x|ctx: |sp: [0-9a-f]{8}|last failed alloc|<<<stack<<<|-{4,} CUT HERE"
    ),
}
"""How all other boot lines begin."""
_LINE = re.compile("|".join(f"(?P<{sign.name}>{pattern})" for sign, pattern in _PATTERNS.items()))


def boot_line(text: str) -> BootLine | None:
    """What the line `text` says about the board; None if it is no boot line.

    Unreadable characters before the text are skipped, because a board may begin to print at another baud
    rate, and so are the colours of a log.
    """
    line = _COLOUR.sub("", text[:_MOST_LETTERS].rpartition("\ufffd")[2]).lstrip()
    if _ASSIGNMENT.match(line):
        return None
    if "rst" in line:
        if reset := _RESET.search(line):
            return BootLine(_sign_of_reset(reset[1], reset[2] or ""), is_start=True)
        if reset := _RESET_8266.search(line):
            return BootLine(_sign_of_reset_8266(reset[1], reset[2]), is_start=True)
    found = _LINE.match(line)
    return BootLine(BootSign[str(found.lastgroup)]) if found else None


def _sign_of_reset(name: str, mode: str) -> BootSign:
    if mode.startswith("DOWNLOAD"):
        return BootSign.UPLOAD_MODE
    return next((sign for pattern, sign in _RESET_NAMES if pattern.search(name)), BootSign.POWER_ON)


def _sign_of_reset_8266(cause: str, mode: str) -> BootSign:
    if mode == _MODE_OF_UPLOAD:
        return BootSign.UPLOAD_MODE
    return _RESET_CAUSES.get(cause, BootSign.POWER_ON)

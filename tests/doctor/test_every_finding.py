"""Each finding of the doctor has a row in `ROWS` that causes it; a finding without a row fails the tests."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable
from email.utils import formatdate
from functools import partial
from pathlib import Path

import pytest
import requests

from app.boards.ports import permission
from app.boards.ports.holders import Holder
from app.boards.status import LinkState, LinkStatus, PortInfo
from app.config.bench_file import DeviceConfig
from app.doctor import computer, devices, places, ports
from app.doctor.finding import Finding, Grade
from app.messages.message import verbatim
from tests.doctor.asking import Asking

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the computer that is played has Linux")

MODULES = (computer, devices, places, ports)
UNO = PortInfo("/dev/ttyACM0", "Uno", "2341:0043", "85", "1-2")
BOARD = DeviceConfig(name="a", port="COM1")
NAMED = DeviceConfig(name="a", port="COM1", server="https://blynk.cloud", auth_token="env:PINBRIDGE_T")
NAMELESS = DeviceConfig(name="a", port="COM1", server="https://blynk.cloud", auth_token="env:PINBRIDGE_NONE")


class Keyring:
    priority, name = 5, "the safe"


class Broken:
    @property
    def priority(self) -> float:
        raise RuntimeError


def is_there(_: str) -> object:
    return object()


def is_missing(_: str) -> object:
    raise OSError


def window(load: Callable[[str], object], *, platform: str = "linux", has_screen: bool = True) -> Finding:
    return computer.window(platform, has_screen, is_there, load)


def port(*, may_open: bool = True, held_by: tuple[Holder, ...] = ()) -> Iterable[Finding]:
    return ports.ports([UNO], lambda _: may_open, lambda _: [*held_by])


def journal(name: str, free_mb: int = 9000) -> Iterable[Finding]:
    return places.journal(Path(name), 2000, lambda _: free_mb * 1_000_000)


def reached(answer: str | Exception) -> Iterable[Finding]:
    with pytest.MonkeyPatch.context() as patch:
        Asking(patch, answer)
        return [*devices.reach(["https://x"])]


def through(proxy: str) -> Iterable[Finding]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("no_proxy", "NO_PROXY"):
            patch.delenv(name, raising=False)
        patch.setenv("HTTPS_PROXY", proxy)
        assert [*devices.reach(["https://x"])] == []
        found = devices.proxy(["https://x", "http://127.0.0.1"])
    assert devices.proxy(["http://127.0.0.1", "https://x"]) is None
    return [found] if found else []


def found_by_listening(state: LinkState) -> Finding:
    return devices.board(BOARD, LinkStatus(state, verbatim("COM1 is so.")))


ROWS: dict[str, tuple[Grade, Callable[[], Finding | Iterable[Finding]]]] = {
    "Python 3.10.0, 64 bits: install": (Grade.WRONG, partial(computer.python, (3, 10, 0), 64)),
    "Python 3.12.0, 64 bits.": (Grade.OK, partial(computer.python, (3, 12, 0), 64)),
    "before the program was installed": (Grade.WRONG, partial(computer.clock, 0.0, 1e9)),
    "2100-01-02 00:00 UTC: set the clock": (Grade.WRONG, partial(computer.clock, 4_102_531_200.0, 1e9)),
    "2001-09-09 01:46 UTC.": (Grade.OK, partial(computer.clock, 1e9, 1e9)),
    "The keyring does not work": (Grade.NOTE, partial(computer.keyring_present, Broken())),
    "has no keyring": (Grade.NOTE, partial(computer.keyring_present, object())),
    "kept in the safe": (Grade.OK, partial(computer.keyring_present, Keyring())),
    "PySide6 is not installed": (Grade.WRONG, partial(computer.window, "linux", True, lambda _: None)),
    "window can be shown": (Grade.OK, partial(window, is_missing, platform="win32")),
    "The window lacks libGL.so.1": (Grade.WRONG, partial(window, is_missing)),
    "libGL.so.1": (Grade.NOTE, partial(window, is_missing, has_screen=False)),
    "There is no screen": (Grade.NOTE, partial(window, is_there, has_screen=False)),
    "The window can be shown": (Grade.OK, partial(window, is_there)),
    "There is no serial port": (Grade.NOTE, partial(ports.ports, [])),
    "this user may not open it": (Grade.WRONG, partial(port, may_open=False)),
    "screen (process 42) has it open": (Grade.NOTE, partial(port, held_by=(Holder(42, "screen"),))),
    "free.": (Grade.OK, port),
    "brltty runs": (Grade.WRONG, partial(ports.grabbers, ["brltty"])),
    "ModemManager runs": (Grade.NOTE, partial(ports.grabbers, ["ModemManager"])),
    "Arduino is plugged in at 1-1": (Grade.WRONG, partial(ports.boards_without_port, Path("bus"))),
    "the journal cannot be written here": (Grade.WRONG, partial(journal, "/proc/b.db")),
    "not a Pinbridge journal": (Grade.WRONG, partial(journal, "homework.db")),
    "b.db: a bad place": (Grade.WRONG, partial(journal, "b.db")),
    "199 MB free: make room": (Grade.WRONG, partial(journal, "b.db", 199)),
    "the journal may grow to 2,000 MB": (Grade.NOTE, partial(journal, "b.db", 1999)),
    "the journal can be written": (Grade.OK, partial(journal, "b.db")),
    "its auth token is there": (Grade.OK, partial(devices.token, NAMED)),
    "no server is set": (Grade.NOTE, partial(devices.token, BOARD)),
    "PINBRIDGE_NONE is not set": (Grade.WRONG, partial(devices.token, NAMELESS)),
    "a: COM1 is so.": (Grade.OK, partial(found_by_listening, LinkState.GOOD)),
    "COM1 is so.": (Grade.NOTE, partial(found_by_listening, LinkState.OPEN)),
    "COM1 is so": (Grade.WRONG, partial(found_by_listening, LinkState.SILENT)),
    "does not trust its certificate": (Grade.WRONG, partial(reached, requests.exceptions.SSLError())),
    "cannot be reached (ConnectTimeout)": (Grade.WRONG, partial(reached, requests.ConnectTimeout())),
    "days apart: set the clock": (Grade.WRONG, partial(reached, formatdate(1.7e9))),
    "https://x answers.": (Grade.OK, partial(reached, "")),
    "answers.": (Grade.OK, partial(devices.compare_clocks, "https://x", formatdate(1.8e9), 1.8e9)),
    "name a SOCKS proxy (socks5h://proxy:1080)": (
        Grade.WRONG,
        partial(through, "socks5h://me:word@proxy:1080"),
    ),
    "is not an address such as http://proxy:3128": (Grade.WRONG, partial(through, "gopher://proxy")),
}


@pytest.fixture(autouse=True)
def _computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up a computer on which each row of `ROWS` causes its finding."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(permission, "fix", lambda _: "join the group")
    monkeypatch.setattr(places, "folder_warnings", lambda path: [verbatim(f"{path}: a bad place")])
    monkeypatch.setenv("PINBRIDGE_T", "test-token-0123456789abcdef")
    (tmp_path / "homework.db").write_text("my homework")
    (tmp_path / "bus" / "1-1").mkdir(parents=True)
    (tmp_path / "bus" / "1-1" / "idVendor").write_text("2341")


def provoked(words: str) -> list[Finding]:
    found = ROWS[words][1]()
    return [found] if isinstance(found, Finding) else [*found]


@pytest.mark.parametrize("words", ROWS)
def test_each_finding_has_its_grade(words: str) -> None:
    assert ROWS[words][0] in [finding.grade for finding in provoked(words) if words in str(finding.message)]


def test_every_finding_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    given: set[tuple[str, int, str]] = set()

    class Noted:
        """A stand-in for `Grade` that records which line of the code uses which grade."""

        def __getattr__(self, name: str) -> Grade:
            frame = sys._getframe(1)
            given.add((frame.f_globals["__name__"], frame.f_lineno, name))
            return Grade[name]

    wanted = {
        (module.__name__, node.lineno, node.attr)
        for module in MODULES
        for function in ast.parse(inspect.getsource(module)).body
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Grade"
    }
    for module in MODULES:
        monkeypatch.setattr(module, "Grade", Noted())
    for words in ROWS:
        provoked(words)
    assert given == wanted
    assert {words.removesuffix(" runs") for words in ROWS if words.endswith(" runs")} == set(ports._GRABBERS)
    assert {module.__name__ for module in MODULES} == {
        f"app.doctor.{path.stem}"
        for path in Path(computer.__file__).parent.glob("*.py")
        if "Finding(" in path.read_text() and path.stem != "finding"
    }

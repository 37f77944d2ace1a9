"""`pinbridge token`, and runs that ask for a token: it is stored, bound to a server, checked, never shown."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import keyring
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from app.cli import main
from app.localcloud.devices import Device
from app.localcloud.server import LocalCloud
from tests.last_words import ending
from tests.processes import ENV, ROOT, TOKEN
from tests.security.keyrings import FileRing, PlaintextKeyring

RING = "tests.security.keyrings.FileRing"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    without = {name: value for name, value in ENV.items() if name != "PINBRIDGE_T"}
    ring = tmp_path / "ring.json"
    return {**without, "PYTHON_KEYRING_BACKEND": RING, "PINBRIDGE_TEST_RING": str(ring)}


class Command(Protocol):
    def __call__(self, *arguments: str, stdin: str = "", ring: KeyringBackend = ...) -> tuple[int, str]: ...


@pytest.fixture
def token(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Command]:
    """Runs `pinbridge token …`. Returns the exit status and the only line that the command prints."""
    before = keyring.get_keyring()
    monkeypatch.setenv("PINBRIDGE_TEST_RING", env["PINBRIDGE_TEST_RING"])
    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))

    def call(*arguments: str, stdin: str = "", ring: KeyringBackend = FileRing()) -> tuple[int, str]:  # noqa: B008
        keyring.set_keyring(ring)
        monkeypatch.setattr(sys, "argv", ["pinbridge", "token", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        monkeypatch.setattr(sys, "stderr", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        assert TOKEN not in written.out + written.err
        assert written.out == ""
        assert len(written.err.splitlines()) == 1, written.err
        return int(ended.value.code or 0), written.err.rstrip("\n")

    yield call
    keyring.set_keyring(before)


def test_a_token_is_set_checked_and_cleared(token: Command, env: dict[str, str]) -> None:
    assert token("check", "greenhouse") == (
        1,
        'The keyring holds no token greenhouse: run "pinbridge token set greenhouse".',
    )
    status, said = token("set", "greenhouse", stdin=f"{TOKEN}\n")
    assert (status, said) == (
        0,
        "The token greenhouse is stored for *.blynk.cloud: write keyring:greenhouse in the bench file.",
    )
    assert json.loads(Path(env["PINBRIDGE_TEST_RING"]).read_text()) == {
        "pinbridge greenhouse": f"*.blynk.cloud {TOKEN}"
    }
    assert token("check", "greenhouse") == (0, "The token greenhouse is there, for *.blynk.cloud.")
    assert token("check", "greenhouse", "--server", "https://ny3.blynk.cloud")[0] == 0
    status, said = token("check", "greenhouse", "--server", "https://example.org")
    assert (status, said.partition(", ")[2]) == (1, "for *.blynk.cloud, and not for https://example.org.")
    assert token("clear", "greenhouse") == (0, "The token greenhouse is removed.")
    assert token("clear", "greenhouse") == (2, "pinbridge: the keyring holds no token named greenhouse")


NO_NAME = "NAME must have no spaces and no colon, so that a bench file can say keyring:NAME"


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("set", "x"), "", ""),
        (("set", "x"), "two words\n", ""),
        *((("set", name), TOKEN, NO_NAME) for name in ("", "a b", "a\tb", "a:b")),
        (("set", "x", "--server", "http://example.org"), TOKEN, "server would send the token unencrypted"),
        (("set", "x", "--server", f"https://u:{TOKEN}@example.org"), TOKEN, ""),
    ],
)
def test_a_usage_error_is_exit_2_and_stores_nothing(
    token: Command, env: dict[str, str], arguments: tuple[str, ...], stdin: str, said: str
) -> None:
    status, told = token(*arguments, stdin=stdin)
    assert status == 2
    assert told.startswith(f"pinbridge: {said}")
    assert not Path(env["PINBRIDGE_TEST_RING"]).exists()


def test_online_asks_the_cloud(token: Command) -> None:
    with LocalCloud([Device("board", TOKEN)]) as cloud:
        token("set", "good", "--server", cloud.url, stdin=TOKEN)
        token("set", "bad", "--server", cloud.url, stdin="another-token")
        assert token("check", "good", "--online") == (
            0,
            f"The token good is there, for {cloud.url}, and the cloud takes it.",
        )
        status, said = token("check", "bad", "--online", "--server", cloud.url)
        assert status == 1
        assert said.startswith(f"The token bad is there, for {cloud.url}, but: ")
    status, said = token("check", "good", "--online")
    assert (status, "refuses the connection" in said) == (1, True)


def test_a_token_of_an_encrypted_server_does_not_go_there_in_clear_text(token: Command) -> None:
    token("set", "x", "--server", "https://127.0.0.1:8443", stdin=TOKEN)
    status, said = token("check", "x", "--server", "http://127.0.0.1:8443", "--online")
    assert (status, said) == (
        1,
        "The token x is there, for https://127.0.0.1:8443, and not for http://127.0.0.1:8443.",
    )


@pytest.mark.parametrize("ring", [PlaintextKeyring(), keyring.backends.null.Keyring()])  # type: ignore[no-untyped-call]
def test_a_keyring_that_keeps_no_secret_is_not_used(
    token: Command, env: dict[str, str], ring: KeyringBackend
) -> None:
    for command in ("set", "check", "clear"):
        status, said = token(command, "x", stdin=TOKEN, ring=ring)
        assert status == 2
        assert "no keyring that works: type the token at each start, or use env:PINBRIDGE_NAME" in said
    assert not Path(env["PINBRIDGE_TEST_RING"]).exists()


def bench(folder: Path, server: str) -> Path:
    path = folder / "bench.toml"
    path.write_text(
        '[bench]\njournal = "b.db"\n[[device]]\nname = "greenhouse"\nport = "simulated:"\n'
        f'server = "{server}"\nauth_token = "keyring:greenhouse"\nrequests_per_s = 0\n'
    )
    return path


def run(env: dict[str, str], file: Path, stdin: int) -> subprocess.Popen[str]:
    return pinbridge(env, stdin, "run", str(file), "--json")


def pinbridge(env: dict[str, str], stdin: int, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
        cwd=ROOT,
        start_new_session=True,
    )


def until_asked(bridge: subprocess.Popen[str]) -> str:
    """Read the bridge's standard error up to the blank after its question: by then, echo is off."""
    assert bridge.stderr
    said = ""
    while not said.endswith(": "):
        letter = bridge.stderr.read(1)
        assert letter, said
        said += letter
    return said


def end(bridge: subprocess.Popen[str]) -> tuple[str, str]:
    """Stop the bridge once the cloud takes readings, unless the bridge ends first. Returns all its output."""
    assert bridge.stderr
    said = ""
    for line in bridge.stderr:
        said += line
        if "the cloud takes readings" in line:
            bridge.terminate()
            break
    out, err = ending(bridge)
    return out, said + err


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """The two ends of a pseudo-terminal: the user's, and the program's."""
    pty = pytest.importorskip("pty", reason="a pty stands for a terminal; Windows has none")
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def test_a_token_that_is_set_at_a_terminal_is_asked_for_and_not_echoed(
    env: dict[str, str], terminal: tuple[int, int]
) -> None:
    ours, theirs = terminal
    with pinbridge(env, theirs, "token", "set", "greenhouse") as command:
        asked = until_asked(command)
        os.write(ours, f"{TOKEN}\n".encode())
        out, err = ending(command)
    os.set_blocking(ours, False)
    with suppress(BlockingIOError):
        assert TOKEN.encode() not in os.read(ours, 1000)
    assert (asked, out, command.returncode) == ("Auth token: ", "", 0)
    assert TOKEN not in err
    ring = json.loads(Path(env["PINBRIDGE_TEST_RING"]).read_text())
    assert ring == {"pinbridge greenhouse": f"*.blynk.cloud {TOKEN}"}


def test_without_a_keyring_the_token_is_asked_for_at_each_start(
    env: dict[str, str], terminal: tuple[int, int], tmp_path: Path
) -> None:
    ours, theirs = terminal
    env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with LocalCloud([Device("greenhouse", TOKEN)]) as cloud:
        file = bench(tmp_path, cloud.url)
        with run(env, file, theirs) as bridge:
            asked = until_asked(bridge)
            os.write(ours, f"{TOKEN}\n".encode())
            out, err = end(bridge)
        assert f'Auth token of device "greenhouse" for {cloud.url}: ' == asked
        assert json.loads(out)["devices"][0]["journal"]["forwarded"] > 0, err
    assert TOKEN not in out + err
    with run(env, file, subprocess.DEVNULL) as bridge:
        out, err = end(bridge)
    assert (bridge.returncode, out, len(err.splitlines())) == (2, "", 1)
    assert "no keyring that works" in err


def test_with_a_keyring_nothing_is_asked(token: Command, env: dict[str, str], tmp_path: Path) -> None:
    with LocalCloud([Device("greenhouse", TOKEN)]) as cloud:
        file = bench(tmp_path, cloud.url)
        with run(env, file, subprocess.DEVNULL) as bridge:
            out, err = end(bridge)
        assert (bridge.returncode, out) == (2, "")
        assert 'run "pinbridge token set greenhouse"' in err
        token("set", "greenhouse", "--server", cloud.url, stdin=TOKEN)
        with run(env, file, subprocess.DEVNULL) as bridge:
            out, err = end(bridge)
    assert json.loads(out)["devices"][0]["journal"]["forwarded"] > 0, err
    assert TOKEN not in out + err

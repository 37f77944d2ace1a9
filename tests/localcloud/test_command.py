"""The command of the local cloud: its address, its output, and how a signal ends its process."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from app.config.errors import ConfigError
from app.localcloud.command import CloudCommandError, parse_listen, run_cloud
from app.localcloud.server import LocalCloud
from tests.last_words import ending
from tests.waiting import PATIENCE_S

from .conftest import Account

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from app.localcloud.command import run_cloud
run_cloud(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) > 2 else None, lambda line: print(line, flush=True))
print("ended", flush=True)
"""


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:80", ("::1", 80)),
        ("0.0.0.0:65535", ("0.0.0.0", 65535)),
    ],
)
def test_listen(listen: str, address: tuple[str, int]) -> None:
    assert parse_listen(listen) == address


@pytest.mark.parametrize(
    "listen",
    [
        "",
        "8080",
        ":8080",
        "host:",
        "host:x",
        "host:65536",
        "::1:80",
        "[::1:80",
        "::1]:80",
        "host:²",
        "ho\nst:80",
        "\udcff:80",  # a byte that is not text
        "host:000080",
    ],
)
def test_a_wrong_listen_is_refused_with_the_fix(listen: str) -> None:
    with pytest.raises(CloudCommandError, match=r"write HOST:PORT, such as 127\.0\.0\.1:8080$"):
        parse_listen(listen)


def test_learn_is_called_with_all_tokens(greenhouse: Account, tmp_path: Path) -> None:
    file = tmp_path / "devices.toml"
    file.write_text('[[device]]\nname = "A"\nauth_token = "secret-token"\n\n[[device]]\nname = "B"\n')
    learned: list[str] = []
    with pytest.raises(CloudCommandError):
        run_cloud(f"127.0.0.1:{greenhouse.cloud.port}", file, print, learn=learned.extend)
    assert learned[0] == "secret-token"
    assert len(learned) == 2


def test_an_address_or_a_file_that_cannot_be_used_is_reported_before_any_output(
    greenhouse: Account, tmp_path: Path
) -> None:
    said: list[str] = []
    with pytest.raises(CloudCommandError, match=r"cannot be listened on .*: choose another port$"):
        run_cloud(f"127.0.0.1:{greenhouse.cloud.port}", None, said.append)
    with pytest.raises(ConfigError, match="cannot be read"):
        run_cloud("127.0.0.1:0", tmp_path / "nothing.toml", said.append)
    assert said == []


@pytest.mark.parametrize(
    ("listen", "told"),
    [
        ("127.0.0.1:0", ["The local cloud answers at {url} (live values: open it in a browser)."]),
        (
            "0.0.0.0:0",
            [
                "The local cloud answers at {url} (live values: open it in a browser).",
                "From other computers: http://room-12:{port}",
            ],
        ),
    ],
)
def test_the_output_at_the_start(
    listen: str, told: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows the number of faults, and only tokens that were generated, not those of the devices file."""
    file, faults = tmp_path / "devices.toml", tmp_path / "faults.toml"
    file.write_text(
        '[[device]]\nname = "A"\nauth_token = "secret-token"\nopen = false\n'
        '[[device]]\nname = "B"\n[[device.datastream]]\nvirtual_pin = 1\n'
    )
    faults.write_text('[[fault]]\nfault = "down"\n[[fault]]\nfault = "body"\n')
    served: list[LocalCloud] = []
    said: list[str] = []

    def serve(cloud: LocalCloud, ready: Callable[[], None]) -> None:
        served.append(cloud)
        with cloud:
            ready()

    monkeypatch.setattr(LocalCloud, "serve_forever", serve)
    monkeypatch.setattr(socket, "gethostname", lambda: "room-12")
    run_cloud(listen, file, said.append, faults)
    (cloud,) = served
    token = said[-1].removeprefix("Auth token of B: ")
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", token)
    first = [line.format(url=cloud.url, port=cloud.port) for line in told]
    assert said == [*first, "2 faults are on: the page shows them.", f"Auth token of B: {token}"]
    said.clear()
    faults.write_text("")
    run_cloud(listen, None, said.append, faults)
    assert [line.partition(": ")[0] for line in said[len(told) :]] == ["Auth token of board"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("no reason"), "OSError"),
        # Python 3.11 and later add the address, which the message shows already.
        (OSError(98, "in use (while attempting to bind on address ('127.0.0.1', 80))"), "in use"),
    ],
)
def test_the_reason_why_an_address_cannot_be_used_is_short(
    error: OSError, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: LocalCloud) -> None:
        raise error

    monkeypatch.setattr(LocalCloud, "listen", fail)
    said = f"--listen 127.0.0.1:80: cannot be listened on ({reason}): choose another port"
    with pytest.raises(CloudCommandError, match=f"^{re.escape(said)}$"):
        run_cloud("127.0.0.1:80", None, print)


def start(*arguments: str) -> subprocess.Popen[str]:
    flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, creationflags=flags
    )


def end(process: subprocess.Popen[str], number: int) -> list[str]:
    """End a process by the signal `number`. Returns its remaining lines; there must be nothing on stderr."""
    process.send_signal(number)
    out, err = ending(process)
    assert (process.returncode, err) == (0, "")
    return out.splitlines()


def address(line: str) -> str:
    return next(word for word in line.split() if word.startswith("http://"))


# On Windows a process group is stopped only by Ctrl+Break.
ENDS = [getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT)]
ENDS += [signal.SIGTERM] if sys.platform != "win32" else []


@pytest.mark.parametrize("number", ENDS)
def test_without_a_file_there_is_one_open_board_with_a_new_token(
    number: int, session: requests.Session
) -> None:
    process = start("127.0.0.1:0")
    assert process.stdout is not None
    url = address(process.stdout.readline())
    before, _, token = process.stdout.readline().rstrip("\n").partition(": ")
    assert before == "Auth token of board"
    assert len(token) == 32
    update = session.get(f"{url}/external/api/update?token={token}&v7=1", timeout=PATIENCE_S)
    assert update.status_code == 200
    assert end(process, number) == ["ended"]


def test_a_token_of_the_file_is_not_printed(tmp_path: Path, session: requests.Session) -> None:
    file = tmp_path / "devices.toml"
    file.write_text('[[device]]\nname = "A"\nauth_token = "secret-token"\n\n[[device]]\nname = "B"\n')
    process = start("127.0.0.1:0", str(file))
    assert process.stdout is not None
    url = address(process.stdout.readline())
    assert process.stdout.readline().startswith("Auth token of B: ")
    assert session.get(f"{url}/external/api/getAll?token=secret-token", timeout=PATIENCE_S).text == "{}"
    assert end(process, ENDS[0]) == ["ended"]

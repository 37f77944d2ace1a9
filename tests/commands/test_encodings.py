"""Into a file or a pipe, every command writes UTF-8, whatever encoding the system has."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.boards.recordings.format import Header, Record, RecordKind, pack, pack_header
from app.cli import cli
from app.commands import streams
from tests.processes import ENV

NAME = "温度計 Gerät → 1"
LINES = "v1=20 → warm\nv2=Gerät\nv3=\U0001f321\nv256=→\n"
BENCH = f"""
[bench]
name = "{NAME}"
journal = "{NAME}.db"
[[device]]
name = "{NAME}"
port = "replay:{NAME}.pbrec"
"""
JOURNAL = ("--journal", f"{NAME}.db")
COMMANDS: list[tuple[str, ...]] = [
    ("--help",),
    ("check", f"{NAME}.txt"),
    ("check", f"{NAME}.txt", "--json"),
    ("check", "-"),
    ("run", f"{NAME}.toml", "--until-idle", "0"),
    ("run", f"{NAME}.toml", "--until-idle", "0", "--json"),
    ("export", *JOURNAL, "--output", "-"),
    ("export", *JOURNAL, "--output", "none →/a.csv"),
    ("pending", *JOURNAL),
    ("pending", *JOURNAL, "--json"),
    ("rejected", *JOURNAL),
    ("rejected", *JOURNAL, "--json"),
    ("refused", *JOURNAL),
    ("resend", *JOURNAL, "--device", "→"),
    ("discard", *JOURNAL, "--device", "→"),
    ("replay", f"{NAME}.pbrec", "--speed", "0"),
    ("replay", f"{NAME}.pbrec", "--speed", "0", "--json"),
    ("record", "--port", "simulated:", "--output", f"{NAME} 2.pbrec", "--for", "0"),
    ("doctor", f"{NAME}.toml", "--listen", "0"),
    ("doctor", f"{NAME}.toml", "--listen", "0", "--json"),
    ("ports", "--json"),
    ("token", "check", NAME),
    ("cloud", "--devices", f"{NAME} 2.toml"),
    ("cloud", "--listen", "\udcff:1"),
    ("gui", f"{NAME} 2.toml"),
    ("demo", "--seconds", "0", "--headless", "--faults", f"{NAME} 2.toml"),
    ("run", "\udcff.toml"),
    ("run", "--port", f"→{NAME}", "--journal", "none.db", "--for", "0"),
    ("delete", *JOURNAL, "--device", "→", "--yes"),
    ("delete", *JOURNAL, "--device", NAME, "--yes"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a bench file, a file with lines, and a recording of them."""
    (tmp_path / f"{NAME}.txt").write_text(LINES, encoding="utf-8")
    (tmp_path / f"{NAME}.toml").write_text(BENCH, encoding="utf-8")
    (tmp_path / f"{NAME}.pbrec").write_bytes(
        pack_header(Header(NAME, "COM1", 9600, 0))
        + pack(Record(RecordKind.OPENED, 0, 0))
        + pack(Record(RecordKind.DATA, 0, 0, f"# boot\n{LINES}".encode()))
        + pack(Record(RecordKind.ENDED, 0, 0))
    )
    return tmp_path


def outputs(folder: Path, encoding: str) -> list[tuple[object, str, str]]:
    """Run `COMMANDS`; return the status and the two outputs of each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.commands.encoded", encoding],
        input=json.dumps(COMMANDS).encode(),
        capture_output=True,
        env={**ENV, "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", "HOME": str(folder)},
        cwd=folder,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return [
        (status, bytes.fromhex(out).decode(), bytes.fromhex(err).decode())
        for status, out, err in json.loads(done.stdout)
    ]


def test_every_command_is_tried() -> None:
    assert {words[0] for words in COMMANDS} == {"--help", *cli.commands}


@pytest.mark.parametrize(
    "encoding",
    [
        "cp1252",
        *(pytest.param(name, marks=pytest.mark.long) for name in ("ascii", "latin-1", "cp932", "utf-16")),
    ],
)
def test_every_command_writes_utf_8(folder: Path, encoding: str) -> None:
    found = outputs(folder, encoding)
    named = 0
    for words, (status, out, err) in zip(COMMANDS, found, strict=True):
        assert isinstance(status, int), (words, status, err)
        assert "Traceback" not in err, (words, err)
        assert "?" not in out, (words, out)
        named += NAME in out + err or "→" in out + err
        if "--json" in words:
            for line in out.splitlines():
                json.loads(line)
    assert named >= 20
    by_command = dict(zip(COMMANDS, found, strict=True))
    assert "20 → warm" in by_command[("export", *JOURNAL, "--output", "-")][1]
    assert f'"name":"{NAME}"' in by_command[("run", f"{NAME}.toml", "--until-idle", "0", "--json")][1]
    assert "\ufffd.toml" in by_command[("run", "\udcff.toml")][2]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_run_whose_streams_have_another_encoding_prints_its_ledger(folder: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "run", f"{NAME}.toml", "--until-idle", "0", "--json"],
        capture_output=True,
        env={**ENV, "PYTHONIOENCODING": encoding, "HOME": str(folder)},
        cwd=folder,
        timeout=120,
        check=False,
    )
    ledger = json.loads(done.stdout.decode())
    assert ledger["devices"][0]["name"] == NAME
    assert ledger["devices"][0]["journal"]["readings"] == 3
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="Elsewhere, file names have UTF-8 in every locale.")
@pytest.mark.parametrize("command", ["run", "doctor"])
def test_a_file_name_that_the_locale_does_not_have_is_reported_in_one_line(
    tmp_path: Path, command: str
) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text(
        f'[bench]\njournal = "{NAME}.db"\n[[device]]\nname = "a"\nport = "simulated:"\n', "utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "app", command, str(bench)],
        capture_output=True,
        env={**ENV, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "HOME": str(tmp_path)},
        timeout=120,
        check=False,
    )
    said = done.stderr.decode()
    assert (done.returncode, said.count("\n")) == (2, 1), said
    assert NAME in said
    assert "the locale has no such file names (ascii): set one with UTF-8, such as LC_ALL=C.UTF-8" in said


class Terminal(io.BytesIO):
    """The bytes that a terminal gets."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_keeps_its_encoding_and_shows_other_characters_as_escapes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for encoding, expected in (
        ("cp1252", b"Ger\xe4t \\u2192 \\udcff\n"),
        ("utf-8", "Gerät → \\udcff\n".encode()),
    ):
        shown = {"stdout": Terminal(), "stderr": Terminal()}
        for name, screen in shown.items():
            monkeypatch.setattr(sys, name, io.TextIOWrapper(screen, encoding=encoding, newline="\n"))
        streams.prepare()
        for name, screen in shown.items():
            print("Gerät → \udcff", file=getattr(sys, name), flush=True)
            assert screen.getvalue() == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("温→".encode(), "温→"),
        ("abc".encode("utf-8-sig"), "abc"),
        (b"\x81\xff", "\ufffd\ufffd"),
    ],
)
def test_text_from_a_pipe_is_read_as_utf_8(
    monkeypatch: pytest.MonkeyPatch, given: bytes, expected: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="cp1252"))
    streams.prepare()
    assert sys.stdin.readline() == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Terminal(b"\xe4"), encoding="cp1252"))
    streams.prepare()
    assert sys.stdin.readline() == "ä"


def test_streams_that_are_closed_or_of_another_kind_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (None, io.StringIO()):
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, stream)
        streams.prepare()
        assert (sys.stdin, sys.stdout, sys.stderr) == (stream,) * 3

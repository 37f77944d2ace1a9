"""Nothing that a board, a file, the cloud or an argument holds can control the terminal, in any command.

Each command runs as a process on a terminal, with text that holds escape sequences and the like. It prints
no unprintable character but line ends.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from app.journal.journal import Journal
from app.wire.streams import Fate, Run
from tests.commands.conftest import recording
from tests.processes import ENV, ROOT

HOSTILE = "\x1b]0;title\x07\x1b[31m\u009b2J\x7f\u202e\u2066\u2028\x08"
"""A window's title, colours, a cleared screen, deleted characters, and text from right to left."""
ALLOWED = "\u202e\u2066\u2028\u200b"
"""Characters like these that the values of readings and the names of devices may have."""
NAME = f"no{HOSTILE}"
LINES = (
    *(f"v1={HOSTILE}", f"# {HOSTILE}", f"{HOSTILE} v1=5", f"V1: {HOSTILE}", f"x{ALLOWED}=5", f"v2={ALLOWED}"),
    *(f"v3=5{ALLOWED}C", f'v3=5"{ALLOWED}', f"v4={HOSTILE}nan", f"temp{HOSTILE}: 5", f"15 {HOSTILE} v1=5"),
)
BENCH = f"""
[bench]
name = "{ALLOWED}"
journal = "bench.db"
[[device]]
name = "board {ALLOWED}"
port = "replay:lines.pbrec"
"""
ESCAPED = "".join(f"\\u{ord(character):04x}" for character in NAME)
WRONG = f'"{ESCAPED}" = 1\n'
REPLACED, NOTHING = "\ufffd", ""
COMMANDS = [
    (("check", "lines.txt"), REPLACED),
    (("check", "lines.txt", "--json"), r"\u001b"),
    (("replay", "lines.pbrec", "--speed", "0"), REPLACED),
    (("rejected", "bench.toml"), REPLACED),
    (("run", NAME), REPLACED),
]
MORE = [
    (("replay", "lines.pbrec", "--speed", "0", "--json"), r"\u009b"),
    (("rejected", "bench.toml", "--json"), r"\u202e"),
    (("rejected", "bench.toml", "--device", NAME), REPLACED),
    (("pending", "bench.toml"), REPLACED),
    (("pending", "bench.toml", "--json"), r"\u202e"),
    (("refused", "bench.toml"), REPLACED),
    (("resend", "bench.toml", "--all", "--device", NAME), REPLACED),
    (("discard", "bench.toml", "--device", NAME), REPLACED),
    (("export", "--journal", "bench.db", "--output", "-", "--device", f"board {ALLOWED}"), REPLACED),
    (("export", "--journal", NAME, "--output", "-"), REPLACED),
    (("delete", "--journal", NAME), REPLACED),
    (("doctor", "bench.toml", "--listen", "0.5"), REPLACED),
    (("doctor", "bench.toml", "--listen", "0.5", "--json"), r"\u202e"),
    (("record", "--port", f"COM{ALLOWED}", "--output", f"{NAME}.pbrec", "--for", "0.3"), REPLACED),
    (("run", "--port", f"COM{ALLOWED}", "--for", "0.3", "--journal", "other.db"), REPLACED),
    (("run", "bench.toml", "--until-idle", "0"), REPLACED),
    (("run", "wrong.toml"), REPLACED),
    (("cloud", "--listen", NAME), REPLACED),
    (("cloud", "--devices", "wrong.toml"), REPLACED),
    (("demo", "--headless", "--faults", "faults.toml"), REPLACED),
    (("token", "check", NAME), NOTHING),
    (("ports", NAME), REPLACED),
    (("gui", NAME), REPLACED),
    ((NAME,), r"\x1b"),
    (("--help",), NOTHING),
]
OWN_PRINTERS = {"app/commands/output.py", "app/program/crashes.py", "app/security/standard_error.py"}
"""The files that write to standard output or standard error. The last two write to the filtered stream."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of a board that sent `LINES`, and the journal of a run with them.

    The cloud has refused a reading, with hostile words.
    """
    folder = tmp_path_factory.mktemp("terminal")
    said = "".join(f"{line}\n" for line in ("v1=1", *LINES)).encode()
    (folder / "lines.txt").write_bytes(said)
    (folder / "lines.pbrec").write_bytes(recording(said, 0))
    (folder / "bench.toml").write_text(BENCH, encoding="utf-8")
    (folder / "wrong.toml").write_text(f'[[device]]\nname = "a"\n{WRONG}', encoding="utf-8")
    (folder / "faults.toml").write_text(f"[[fault]]\n{WRONG}", encoding="utf-8")
    ledger = json.loads(
        on_terminal(folder, "run", "bench.toml", "--until-idle", "0", "--json").splitlines()[-1]
    )
    assert ledger["devices"][0]["journal"]["pending"] > 2
    with closing(Journal(folder / "bench.db")) as journal:
        journal.write([], [Run(1, 1, 1, Fate.REFUSED, NAME)])
    return folder


def on_terminal(folder: Path, *arguments: str) -> str:
    """Run a command whose standard output and standard error are a terminal; return all that it prints."""
    pty = pytest.importorskip("pty", reason="a pty stands for a terminal; Windows has none")
    master, slave = pty.openpty()
    home = {name: str(folder) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env={**ENV, **home, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "TERM": "dumb"},
        cwd=folder,
    )
    os.close(slave)
    pieces = []
    # Linux reports the end of the other side as an error.
    with suppress(OSError):
        while piece := os.read(master, 65536):
            pieces.append(piece)
    os.close(master)
    assert process.wait(60) in (0, 1, 2)
    said = b"".join(pieces).decode().replace("\r\n", "\n")
    assert said.replace("\n", "").isprintable(), said
    return said


@pytest.mark.parametrize(
    ("arguments", "shown"), [*COMMANDS, *(pytest.param(*row, marks=pytest.mark.long) for row in MORE)]
)
def test_a_command_prints_only_visible_characters(
    folder: Path, arguments: tuple[str, ...], shown: str
) -> None:
    assert shown in on_terminal(folder, *arguments)


def test_commands_print_only_through_the_module_for_output() -> None:
    printers = {}
    for path in sorted((ROOT / "app").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
        printers[path.relative_to(ROOT).as_posix()] = found & {
            *("print", "click.echo", "click.secho", "click.prompt", "click.confirm"),
            *("sys.stdout.write", "sys.stderr.write", "click.progressbar", "Console"),
        }
    assert {name for name, found in printers.items() if found} <= OWN_PRINTERS
    assert printers["app/commands/output.py"] >= {"click.echo", "click.prompt"}

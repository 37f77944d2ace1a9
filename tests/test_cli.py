"""The command line keeps the interface's word: output, exit status, one line for what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import (
    ENV,
    ROOT,
    TOKEN,
    balances,
    bench_file,
    local_cloud,
)


def pinbridge(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        input=stdin,
        capture_output=True,
        env={**ENV, **environment},
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert TOKEN.encode() not in done.stdout + done.stderr
    return done


def test_check_prints_one_object_a_line() -> None:
    done = pinbridge("check", "--json", stdin=b"v1=100\nv256=1\r\n# hi\n\nv4=13.4,52.5\nv1=\xff\nv1=2")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert lines[0] == {
        "line": 1,
        "text": "v1=100",
        "verdict": "accepted",
        "target": "v1",
        "value": 100,
        "type": "int",
    }
    assert (lines[1]["verdict"], lines[1]["reason"]) == ("rejected", "wrong_pin")
    assert lines[1]["hint"]
    assert lines[2] == {"line": 3, "text": "# hi", "verdict": "comment"}
    assert lines[3] == {"line": 4, "text": "", "verdict": "blank"}
    assert lines[5]["text"] == "v1=\ufffd"
    assert lines[6]["value"] == 2
    assert done.stderr == b""


def test_check_knows_the_bench_file(tmp_path: Path) -> None:
    bench = tmp_path / "bench.toml"
    bench.write_text(
        '[[device]]\nname = "a"\nport = "COM1"\nunknown_pins = "reject"\n[[device.datastream]]\n'
        'virtual_pin = 1\ntype = "location"\n[[device]]\nname = "b"\nport = "COM2"\n'
    )
    file = tmp_path / "lines.txt"
    file.write_bytes(b"v1=13.4,52.5\nv2=1\n")
    done = pinbridge("check", str(file), "--bench", str(bench), "--device", "a", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["value"] == [13.4, 52.5]
    assert lines[1]["reason"] == "unknown_pin"
    done = pinbridge("check", str(file), "--bench", str(bench))
    assert done.returncode == 2
    assert b"--device: a, b" in done.stderr


def test_check_speaks_to_people_too() -> None:
    done = pinbridge("check", stdin=b"v1=3\nv2=inf\n")
    assert b"2: rejected: v2=inf" in done.stdout
    assert pinbridge("check", stdin=b"v1=3\n").returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",),
        ("run", "none.toml"),
        ("run", "--port", "COM1", "--server", "http://example.com", "--auth-token", "env:PINBRIDGE_T"),
        ("run", "--port", "COM1", "--server", "https://blynk.cloud", "--auth-token", "secret"),
        (
            "run",
            "--port",
            "simulated:",
            "--server",
            "https://blynk.cloud",
            "--auth-token",
            "env:PINBRIDGE_NONE",
        ),
        ("run", "bench.toml", "--port", "COM1"),
        ("export", "--journal", "none.db", "--output", "-"),
        ("export", "--journal", "none.db", "--output", "-", "--from", "yesterday"),
        ("export", "--journal", "none.db", "--output", "-", "--separator", ",", "--decimal", ","),
        ("cloud", "--listen", "nowhere"),
        ("frobnicate",),
    ],
)
def test_what_is_wrong_is_one_line_and_exit_2(arguments: tuple[str, ...]) -> None:
    done = pinbridge(*arguments)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert b"secret" not in done.stderr
    assert done.stdout == b""


def test_a_run_by_options_and_its_export(tmp_path: Path) -> None:
    journal = tmp_path / "j.db"
    with local_cloud(tmp_path, "open = true\n") as cloud:
        done = pinbridge(
            *("run", "--port", "simulated:", "--name", "bench 7", "--server", cloud.url, "--auth-token"),
            *("env:PINBRIDGE_T", "--requests-per-s", "0", "--journal", str(journal), "--for", "1", "--json"),
        )
        device = json.loads(done.stdout)["devices"][0]
        assert device["name"] == "bench 7"
        assert balances(device)
        assert device["journal"]["readings"] > 0
    output = tmp_path / "out.csv"
    done = pinbridge("export", "--journal", str(journal), "--output", str(output), "--separator", ";")
    rows = output.read_text().splitlines()
    assert rows[0] == "id;received_at;device;target;value;fate"
    assert len(rows) == device["journal"]["readings"] + 1


def test_a_run_imports_no_qt() -> None:
    script = "import sys, app.cli; print([name for name in sys.modules if 'PySide' in name or 'Qt' in name])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=ENV, cwd=ROOT, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_demo_is_whole() -> None:
    done = pinbridge("demo", "--headless", "--seconds", "1")
    assert done.returncode == 0, done.stderr
    device = json.loads(done.stdout)["devices"][0]
    counts = device["journal"]
    assert counts["readings"] == counts["forwarded"] > 0
    assert counts["pending"] == 0
    assert f"holds {counts['readings']} readings".encode() in done.stderr


def test_a_device_that_left_the_bench_file_is_an_orphan(tmp_path: Path) -> None:
    for name in ("first", "second"):
        bench = bench_file(tmp_path, "simulated:", "http://127.0.0.1:9")
        bench.write_text(bench.read_text().replace('name = "board"', f'name = "{name}"'))
        done = pinbridge("run", str(bench), "--for", "0.5", "--json")
        assert done.returncode == 1
    first = json.loads(done.stdout)["devices"][1]
    assert (first["name"], first["orphan"]) == ("first", True)
    assert first["journal"]["held"] == first["journal"]["pending"] > 0

"""The command line under rough use: every error is reported in one line, without a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.confirmed import count_of
from tests.processes import ENV, ROOT, Process
from tests.waiting import wait_until

posix = pytest.mark.skipif(sys.platform == "win32", reason="descriptors and devices of POSIX")


def pinbridge(*arguments: str | bytes, **how: object) -> subprocess.CompletedProcess[bytes]:
    given: dict[str, object] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "env": ENV, **how}
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "app", *arguments],
        stderr=subprocess.PIPE,
        cwd=ROOT,
        timeout=60,
        check=False,
        **given,
    )


def refused(*arguments: str | bytes, **how: object) -> str:
    """Run a command that must end with status 2 and one line on standard error; return this line."""
    done = pinbridge(*arguments, **how)
    said = done.stderr.decode()
    assert (done.returncode, said.count("\n")) == (2, 1), said
    return said.removeprefix("pinbridge: ").strip()


def test_a_number_must_be_finite() -> None:
    for number in ("nan", "inf"):
        said = refused("run", "--port", "simulated:", "--for", number)
        assert said == f"Invalid value for '--for': {number} is not a finite number: write one such as 10"


def test_an_organisation_may_be_named_without_a_bench_file(tmp_path: Path) -> None:
    done = pinbridge(
        *("run", "--port", "/dev/pinbridge-none", "--organisation", "school"),
        *("--for", "0", "--json", "--journal", str(tmp_path / "a.db")),
    )
    assert (done.returncode, json.loads(done.stdout)["bench"]) == (0, "board")


def test_a_device_without_its_bench_file_is_refused() -> None:
    assert "give --bench BENCH.toml too" in refused("check", "--device", "greenhouse")


def test_a_recording_is_not_recorded_again(tmp_path: Path) -> None:
    said = refused("record", "--port", "replay:a.pbrec", "--output", str(tmp_path / "b.pbrec"))
    assert said == "replay:a.pbrec is a recording already: name the port of a board"
    assert not (tmp_path / "b.pbrec").exists()


def test_a_folder_is_refused_as_a_journal(tmp_path: Path) -> None:
    for command in (["run", "--port", "simulated:"], ["export", "--output", "-"], ["rejected"]):
        said = refused(*command, "--journal", str(tmp_path))
        assert said == f"{tmp_path}: is a folder or a device, not a journal: name a file"


def test_files_of_other_programs_beside_a_journal_are_left_alone(tmp_path: Path) -> None:
    theirs = {f"Cargo{ending}": f"their {ending}" for ending in (".lock", ".toml", ".part", ".new", "-wal2")}
    (tmp_path / "bench.toml").write_text(
        '[bench]\njournal = "Cargo"\n[[device]]\nport = "/dev/pinbridge-none"\n'
    )
    for name, content in theirs.items():
        (tmp_path / name).write_text(content)
    assert pinbridge("run", str(tmp_path / "bench.toml"), "--for", "0").returncode == 0
    found = {entry.name: entry for entry in tmp_path.iterdir()}
    assert {name: found[name].read_text() for name in theirs} == theirs
    assert set(found) - set(theirs) == {"bench.toml", "Cargo", "Cargo.pinbridge-lock"}


@posix
def test_only_a_journal_is_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text(
        '[bench]\njournal = "a.db"\n[[device]]\nport = "/dev/pinbridge-none"\n'
    )
    path, beside = tmp_path / "a.db", tmp_path / "a.db-wal"
    run = ("run", str(tmp_path / "bench.toml"), "--for", "0")
    beside.write_text("homework")
    assert refused(*run).startswith(f"{path}: {beside} is not part of this journal")
    assert (beside.read_text(), path.exists()) == ("homework", False)
    beside.unlink()
    path.touch()
    assert "is an empty file, not a Pinbridge journal" in refused(*run)
    assert path.read_bytes() == b""
    path.unlink()
    path.symlink_to("nowhere")
    assert "is a link to a file that does not exist" in refused(*run)
    assert not (tmp_path / "nowhere").exists()


def test_for_a_bench_file_without_a_device_the_error_says_what_to_add(tmp_path: Path) -> None:
    (tmp_path / "bench.toml").write_text('[bench]\nname = "Empty"\n')
    assert refused("run", str(tmp_path / "bench.toml")).endswith(
        "bench.toml: has no [[device]]: add one, with a name and a port"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit the memory of a process")
def test_a_bench_file_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.toml").write_text("a." * 200_000 + "a = 1")

    def limit_memory() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    said = refused("run", str(tmp_path / "bomb.toml"), preexec_fn=limit_memory)
    assert said.endswith("is nested more than 16 levels deep in line 1: check where the file comes from")


def test_a_demo_reports_a_picture_that_it_cannot_write(tmp_path: Path) -> None:
    demo = ("demo", "--seconds", "0.1", "--headless", "--screenshot")
    done = pinbridge(*demo, str(tmp_path / "a.png"))
    assert (done.returncode, (tmp_path / "a.png").read_bytes()[1:4]) == (0, b"PNG")
    done = pinbridge(*demo, str(tmp_path / "nowhere" / "a.png"))
    assert done.returncode == 1
    assert done.stderr.endswith(b": the picture cannot be written: name a .png file in a folder of yours\n")


@posix
def test_an_endless_file_is_refused_as_a_bench_file() -> None:
    assert refused("run", "/dev/zero") == "/dev/zero: is larger than 1,000,000 bytes: name another file"


@posix
def test_a_path_that_cannot_be_examined_is_reported(tmp_path: Path) -> None:
    place = str(tmp_path / ("x" * 300))
    journal = str(tmp_path / "a.db")
    assert pinbridge("run", "--port", "simulated:", "--for", "0", "--journal", journal).returncode < 2
    for command in (
        ["record", "--port", "simulated:", "--output", place],
        ["export", "--journal", journal, "--output", place],
        ["rejected", "--journal", place],
    ):
        assert ": File name too long: " in refused(*command)


@posix
def test_names_that_are_not_utf_8_are_refused() -> None:
    for key in (b"--name", b"--port", b"--journal"):
        refused(b"run", b"--port", b"simulated:", key, b"a\xff", b"--for", b"0")


@posix
def test_a_user_s_folder_that_cannot_hold_a_journal_is_reported() -> None:
    said = refused("run", "--port", "simulated:", "--for", "0", env={**ENV, "XDG_DATA_HOME": "/dev/null/x"})
    assert said.endswith("journal names a network share or a device: name a file on this computer")


@posix
def test_a_working_folder_that_is_gone_is_reported(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'cd "$1" && rmdir "$1" && exec "$0" -m app doctor'
    done = subprocess.run(
        ["/bin/sh", "-c", script, sys.executable, str(gone)],
        capture_output=True,
        env={**ENV, "PYTHONPATH": str(ROOT)},
        timeout=60,
        check=False,
    )
    assert (done.returncode, b"no longer exists: change to another one" in done.stderr) == (2, True)


@posix
def test_a_token_that_is_not_utf_8_is_refused() -> None:
    said = refused(
        *("run", "--port", "simulated:", "--server", "http://127.0.0.1:9", "--auth-token", "env:PINBRIDGE_T"),
        env={**{key.encode(): value.encode() for key, value in ENV.items()}, b"PINBRIDGE_T": b"\xffsecret"},
    )
    assert "holds no auth token" in said
    assert "secret" not in said


def test_a_message_is_one_line_even_if_a_name_in_it_has_two() -> None:
    assert "'a b'" in refused("check", "a\nb")


@posix
def test_output_to_a_full_disk_is_reported() -> None:
    for command in (["ports", "--json"], ["doctor"], ["--help"]):
        with Path("/dev/full").open("wb") as full:
            said = refused(*command, stdout=full)
        assert said.endswith(
            "the output cannot be written: No space left on device: redirect it to another place"
        )


@posix
def test_a_bridge_goes_on_when_standard_error_cannot_be_written(tmp_path: Path) -> None:
    journal = tmp_path / "a.db"
    script = 'exec 2>/dev/full; exec "$0" -m app run --port simulated: --json --journal "$1"'
    command = ["/bin/sh", "-c", script, sys.executable, str(journal)]
    with Process(command, stdout=subprocess.PIPE, text=True, env=ENV, cwd=ROOT) as bridge:
        wait_until(lambda: count_of(journal) > 0)
        bridge.terminate()
        out, _ = bridge.communicate(timeout=60)
    ledger = json.loads(out)["devices"][0]
    assert ledger["run"]["accepted"] == ledger["journal"]["readings"] > 0


@posix
def test_closed_standard_streams_cause_no_internal_error(tmp_path: Path) -> None:
    def closed(script: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["/bin/sh", "-c", f'exec "$0" -m app "$@" {script}', sys.executable, *arguments],
            capture_output=True,
            env=ENV,
            cwd=ROOT,
            timeout=60,
            check=False,
        )

    assert (closed("<&-", "check").returncode, closed(">&-", "check").returncode) == (0, 0)
    journal = tmp_path / "a.db"
    assert pinbridge("run", "--port", "simulated:", "--for", "0", "--journal", str(journal)).returncode < 2
    done = closed(">&-", "export", "--journal", str(journal), "--output", "-")
    assert done.stderr == b"pinbridge: standard output is closed: name a file with --output\n"
    done = closed("2>&-", "export", "--journal", str(journal), "--output", "-")
    assert (done.returncode, done.stdout[:23]) == (0, b"id,received_at,device,t")

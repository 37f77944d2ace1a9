"""The emulated board itself: its inputs, a slow reader, how it stops, and the reuse of builds."""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Callable
from pathlib import Path

import pytest
import serial

from tests.hil.board import (
    SIGNAL_GENERATOR,
    BuildError,
    EmulatedUno,
    compile_emulator,
    compile_sketch,
    opened,
)

PROBE = Path(__file__).parent / "inputs_probe" / "inputs_probe.ino"
PlugIn = Callable[..., EmulatedUno]


@pytest.mark.parametrize(("millivolts", "counts"), [(0, 0), (1000, 204), (2500, 511), (5000, 1023)])
def test_a_voltage_reaches_the_sketch(plug_in: PlugIn, millivolts: int, counts: int) -> None:
    board = plug_in(PROBE, speed=0)
    board.command(f"adc 0 {millivolts}")
    with opened(board) as port:
        port.read_until(b"v1=0\r\n")
        port.write(b"a")
        assert port.readline() == b"v0=%d\r\n" % counts


def test_an_edge_reaches_the_sketch_and_the_level_survives_a_reset(plug_in: PlugIn) -> None:
    board = plug_in(PROBE, speed=0)
    with opened(board) as port:
        assert port.read_until(b"v1=0\r\n") == b"# sketch=inputs_probe\r\nv1=0\r\n"
        board.command("pin D 2 1")
        assert port.readline() == b"v1=1\r\n"
        board.command("pin D 2 0")
        assert port.readline() == b"v1=0\r\n"
        board.command("pin D 2 1")
        # Read before the port closes: the flush at the next open misses bytes still on their way in the pty.
        assert port.readline() == b"v1=1\r\n"
    with opened(board) as port:
        assert port.read_until(b"v1=1\r\n") == b"# sketch=inputs_probe\r\nv1=1\r\n"


@pytest.mark.parametrize(
    "text", ["adc 8 0", "adc 0 5001", "adc 0", "pin A 0 1", "pin D 8 1", "pin D 2 2", "x"]
)
def test_an_invalid_command_is_an_error(plug_in: PlugIn, text: str) -> None:
    board = plug_in(PROBE)
    with pytest.raises(ValueError, match="error: "):
        board.command(text)
    board.command("adc 7 5000")


FLOOD = """
unsigned long number = 0;
void setup() { Serial.begin(115200); }
void loop() { Serial.print("v2="); Serial.println(number++); }
"""


def test_a_slow_reader_loses_nothing(plug_in: PlugIn, tmp_path: Path) -> None:
    sketch = tmp_path / "flood" / "flood.ino"
    sketch.parent.mkdir()
    sketch.write_text(FLOOD)
    board = plug_in(sketch, speed=0, seconds=10)
    with opened(board) as port:
        # Nobody reads yet, and the port cannot hold ten seconds of lines, so the board must wait.
        with pytest.raises(TimeoutError):
            board.wait_until_stopped(timeout_s=1.0)
        said, sent_bytes = b"", None
        while sent_bytes is None or len(said) < sent_bytes:
            # Do not use pyserial here: if a full pty wakes it without data, it reports an unplug.
            ready, _, _ = select.select([port.fileno()], [], [], 0.1)
            said += os.read(port.fileno(), 65536) if ready else b""
            with contextlib.suppress(TimeoutError):
                sent_bytes = board.wait_until_stopped(timeout_s=0).sent_bytes
    assert len(said) == sent_bytes > 90_000
    assert said == b"".join(b"v2=%d\r\n" % number for number in range(said.count(b"\n")))


def test_a_stopped_board_stays_stopped(plug_in: PlugIn) -> None:
    board = plug_in(SIGNAL_GENERATOR, speed=0, seconds=0.5)
    with opened(board) as port:
        stopped = board.wait_until_stopped()
        assert 0.5 <= stopped.board_s < 0.6
        assert len(port.read(stopped.sent_bytes)) == stopped.sent_bytes
    with serial.Serial(board.port, timeout=0) as port:
        board.command("adc 0 0")  # when the board answers, it has noticed the open port
        assert port.read(1) == b""
    assert board.wait_until_stopped(timeout_s=0) == stopped


def test_a_build_is_kept_until_its_source_changes(build_folder: Path, tmp_path: Path) -> None:
    assert compile_emulator(build_folder) == compile_emulator(build_folder)
    sketch = tmp_path / "blank" / "blank.ino"
    sketch.parent.mkdir()
    sketch.write_text("void setup() {}\nvoid loop() {}\n")
    first = compile_sketch(sketch, build_folder)
    made_at_ns = first.elf.stat().st_mtime_ns
    assert compile_sketch(sketch, build_folder).elf.stat().st_mtime_ns == made_at_ns
    sketch.write_text("void setup() { int unused; }\nvoid loop() {}\n")
    second = compile_sketch(sketch, build_folder)
    assert second.elf != first.elf
    assert first.warnings == []
    assert len(second.warnings) == 1
    assert "unused variable" in second.warnings[0]


def test_a_sketch_that_does_not_compile_is_an_error(build_folder: Path, tmp_path: Path) -> None:
    sketch = tmp_path / "broken" / "broken.ino"
    sketch.parent.mkdir()
    sketch.write_text("void setup() { oops }\nvoid loop() {}\n")
    with pytest.raises(BuildError, match="oops"):
        compile_sketch(sketch, build_folder)
    with pytest.raises(BuildError, match="oops"):
        compile_sketch(sketch, build_folder)

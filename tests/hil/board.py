"""Compiles sketches, and runs them on an emulated Uno whose serial port is a pseudo terminal.

Invariants: nothing is built twice, because the name of a build's folder contains a hash of its sources; a
build that fails leaves no folder that looks finished; an `EmulatedUno` leaves no process behind after its
`with` block. The emulator is `uno.c`, whose opening comment describes how the emulated board behaves.
"""

from __future__ import annotations

import functools
import hashlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import serial

CLOCK_HZ = 16_000_000
FIRMWARE = Path(__file__).parents[2] / "firmware"
SIGNAL_GENERATOR = FIRMWARE / "signal_generator" / "signal_generator.ino"

_EMULATOR_SOURCE = Path(__file__).with_name("uno.c")
_EMULATOR_FLAGS = ("-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-I/usr/include/simavr")
_CORE = Path("/usr/share/arduino/hardware/arduino/avr")
_BUILDER = (
    *("arduino-builder", "-compile", "-warnings", "all", "-tools", "/usr/bin"),
    *("-hardware", "/usr/share/arduino/hardware", "-hardware", "/usr/share/arduino-builder"),
    *("-libraries", str(_CORE / "libraries")),
    # The core's Print.cpp needs DECIMAL_DIG, which gcc-avr 5.4 only has under its internal name.
    "-prefs=compiler.cpp.extra_flags=-DDECIMAL_DIG=__DECIMAL_DIG__",
)
TIMEOUT_S = 250.0
"""How many seconds a step may take on a busy machine before it counts as hanging."""
_STOPPED = re.compile(r"stopped at (\d+) after (\d+)")


@functools.cache
def missing_tools() -> list[str]:
    """The tools for the emulated board that this computer lacks, each with its Debian package."""
    if sys.platform != "linux":
        return ["Linux, because the emulated board needs its pseudo terminals"]
    needed = {
        "arduino-builder (arduino-builder)": shutil.which("arduino-builder"),
        "avr-gcc (gcc-avr)": shutil.which("avr-gcc"),
        "the C library for AVR (avr-libc)": Path("/usr/lib/avr/include/avr/io.h").exists(),
        "Arduino's core (arduino-core-avr)": _CORE.exists(),
        "a C compiler (gcc)": shutil.which("cc"),
        "simavr (libsimavr-dev)": Path("/usr/include/simavr/sim_avr.h").exists(),
    }
    return [tool for tool, found in needed.items() if not found]


class BuildError(Exception):
    """Raised when a compiler fails; its text includes the compiler's output."""


@dataclass(frozen=True)
class CompiledSketch:
    """A compiled sketch, and the compiler's warnings about the sketch's own source."""

    elf: Path
    warnings: list[str]


def compile_sketch(sketch: Path, folder: Path, board: str = "uno") -> CompiledSketch:
    """Compile an `.ino` for `board` (`uno`, `mega:cpu=atmega2560`, ...) in a subfolder of `folder`.

    Warnings about Arduino's own core are left out. Raises BuildError.
    """
    command = (*_BUILDER, "-fqbn", f"arduino:avr:{board}")

    def build(out: Path) -> None:
        said = _run([*command, "-build-path", str(out), str(sketch)])
        ours = [line for line in said.splitlines() if "warning:" in line and str(sketch.parent) in line]
        (out / "warnings.txt").write_text("\n".join(ours), encoding="utf-8")

    sources = sorted(path for path in sketch.parent.iterdir() if path.is_file())
    built = _once(folder, f"{sketch.stem}-{board.partition(':')[0]}", [*sources], command, build)
    warnings = (built / "warnings.txt").read_text(encoding="utf-8").splitlines()
    return CompiledSketch(built / f"{sketch.name}.elf", warnings)


def compile_emulator(folder: Path) -> Path:
    """Compile the emulator in a subfolder of `folder` and return its path. Raises BuildError."""

    def build(out: Path) -> None:
        _run(["cc", *_EMULATOR_FLAGS, "-o", str(out / "uno"), str(_EMULATOR_SOURCE), "-lsimavr"])

    return _once(folder, "emulator", [_EMULATOR_SOURCE], _EMULATOR_FLAGS, build) / "uno"


def _run(command: list[str]) -> str:
    """Run a compiler and return what it printed to standard error. Raises BuildError."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise BuildError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stderr


def _once(
    folder: Path, name: str, sources: list[Path], words: Iterable[str], build: Callable[[Path], None]
) -> Path:
    """Return the folder of a build. If no earlier build had these `sources` and `words`, `build` fills it."""
    digest = hashlib.sha256(repr([*words]).encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    finished = folder / f"{name}-{digest.hexdigest()[:16]}"
    if not finished.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder))
        build(unfinished)
        unfinished.rename(finished)
    return finished


@dataclass(frozen=True)
class Stopped:
    """How many clock cycles a stopped board ran in total, and how many bytes it sent since its last reset."""

    cycles: int
    sent_bytes: int

    @property
    def board_s(self) -> float:
        """The total board time in seconds; a reset does not set it back to 0."""
        return self.cycles / CLOCK_HZ


class EmulatedUno:
    """An Uno that runs a sketch during the `with` block; `port` is a path that pyserial can open.

    `speed` is the ratio of board time to real time; 0 means as fast as possible. With `seconds`, the board
    stops for good at the first line end after that much board time. Raises BuildError.
    """

    def __init__(
        self, sketch: Path, build_folder: Path, *, speed: float = 1.0, seconds: float | None = None
    ) -> None:
        self.port = ""
        self._command = [str(compile_emulator(build_folder)), "--speed", str(speed)]
        if seconds is not None:
            self._command += ["--seconds", str(seconds)]
        self._command.append(str(compile_sketch(sketch, build_folder).elf))
        self._answers: queue.Queue[str] = queue.Queue()
        self._stops: queue.Queue[Stopped] = queue.Queue()

    def __enter__(self) -> Self:
        """Plug the board in. It is held in reset until a program opens the port."""
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        try:
            self.port = self._answers.get(timeout=TIMEOUT_S)
        except queue.Empty:
            self.kill()
            raise RuntimeError("the emulated board did not start: see its standard error") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            stopped = _STOPPED.fullmatch(line.strip())
            if stopped:
                self._stops.put(Stopped(int(stopped[1]), int(stopped[2])))
            else:
                self._answers.put(line.strip())

    def kill(self) -> None:
        """Unplug the board at once, even within a line. A second call does nothing."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream and not stream.closed:
                stream.close()

    def command(self, text: str, timeout_s: float = TIMEOUT_S) -> None:
        """Set an input: `adc 0 1000` (channel, millivolts) or `pin D 2 1` (port, bit, level).

        Inputs keep their level when the board is reset. Raises ValueError if the board does not know the
        command, and TimeoutError if it does not answer.
        """
        assert self._process.stdin
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()
        try:
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError(f"no answer to {text!r}") from None
        if answer != "ok":
            raise ValueError(answer)

    def wait_until_stopped(self, timeout_s: float = TIMEOUT_S) -> Stopped:
        """Wait until the board has run for its `seconds`. All that it sent is then in the port.

        The port holds about 60 kB; when it is full, the board waits for a reader. Raises TimeoutError.
        """
        try:
            stopped = self._stops.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError(f"the board still runs after {timeout_s} s") from None
        self._stops.put(stopped)
        return stopped


def opened(board: EmulatedUno) -> serial.Serial:
    """Open the board's port as a program does. The time-out is for a whole read, not for each byte."""
    return serial.Serial(board.port, 115_200, timeout=TIMEOUT_S)

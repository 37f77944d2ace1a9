"""A board that restarts, crashes or waits for an upload is recognised by its lines; other boards are not."""

from __future__ import annotations

import pytest

from app.boards.status import LinkState
from app.messages.message import Message
from tests.boards.boot_texts import (
    BROWN_OUT,
    EXCEPTION,
    NO_SKETCH,
    PANIC,
    ROM_32,
    ROM_8266,
    ROM_C3,
    SLEEP,
    SOFTWARE,
    UPLOAD,
    WATCHDOG,
    WDT_8266,
)
from tests.boards.open_port import OpenPort
from tests.uart import received


def run(port: OpenPort, start: bytes, every_s: float, times: int) -> None:
    """Let a board start `times` times at regular intervals, and print ten good lines after each start."""
    for _ in range(times):
        port.say(start)
        for number in range(10):
            port.say(b"v1=%d\r\n" % number, after_s=every_s / 10)


@pytest.mark.parametrize("every_s", [0.5, 3.0, 20.0, 55.0])
@pytest.mark.parametrize(
    ("start", "words"),
    [
        (ROM_32, "COM5: the board restarts every {}: is the cable or the supply too weak?"),
        (ROM_C3, "COM5: the board restarts every {}: is the cable or the supply too weak?"),
        (BROWN_OUT + SOFTWARE, "COM5: the board restarts every {}: is the cable or the supply too weak?"),
        (WATCHDOG, "COM5: a watchdog restarts the board every {}"),
        (WDT_8266 + ROM_8266, "COM5: a watchdog restarts the board every {}"),
        (SOFTWARE, "COM5: the sketch restarts the board every {}: look for ESP.restart()"),
        (PANIC, "COM5: the sketch crashes every {}, with \"Guru Meditation Error: Core  1 panic'ed (Load"),
        (EXCEPTION + ROM_8266, 'COM5: the sketch crashes every {}, with "Exception (28):": look in the'),
        (NO_SKETCH, "COM5: the board finds no sketch in its flash memory: upload the sketch again."),
    ],
)
def test_repeated_starts_are_reported_with_their_interval(start: bytes, words: str, every_s: float) -> None:
    port = OpenPort()
    run(port, start, every_s, times=2)
    once = port.state()
    port.say(start)
    assert port.state() is LinkState.RESTARTING
    assert port.sentence().startswith(words.format(f"{every_s:.0f} s" if every_s > 2 else "0.5 s"))
    assert once in (LinkState.GOOD, LinkState.RESTARTING)
    # When the next start is overdue, the board has recovered.
    for _ in range(150):
        port.say(b"v1=5\r\n", after_s=1.0)
    assert port.state() is LinkState.GOOD


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            BROWN_OUT,
            "COM5: the board's supply voltage dropped 4 s ago, and the board restarted: is the cable",
        ),
        (WATCHDOG, "COM5: a watchdog restarted the board 4 s ago: does the sketch wait"),
        (WDT_8266, "COM5: a watchdog restarted the board 4 s ago: does the sketch wait"),
        (
            PANIC,
            "COM5: the sketch crashed 4 s ago, with \"Guru Meditation Error: Core  1 panic'ed (LoadProhi",
        ),
        (EXCEPTION, 'COM5: the sketch crashed 4 s ago, with "Exception (28):": look in the console for'),
        (b"Backtrace: 0x400d1b2c:0x3ffb1f70\r\n", 'COM5: the sketch crashed 4 s ago, with "Backtrace: 0x40'),
        (b">>>stack>>>\r\n", 'COM5: the sketch crashed 4 s ago, with ">>>stack>>>"'),
        (NO_SKETCH, "COM5: the board finds no sketch in its flash memory"),
    ],
)
def test_one_crash_is_reported_for_half_a_minute(said: bytes, words: str) -> None:
    port = OpenPort()
    port.say(b"v1=1\r\n")
    port.say(b"\r\n" + said, after_s=100.0)
    for _ in range(4):
        port.say(b"v1=1\r\n", after_s=1.0)
    assert port.state() is LinkState.RESTARTING
    assert port.sentence().startswith(words)
    port.say(b"v1=1\r\n", after_s=25.9)
    assert port.state() is LinkState.RESTARTING
    port.say(b"v1=1\r\n", after_s=0.1)
    assert port.state() is LinkState.GOOD


@pytest.mark.parametrize(
    ("every_s", "shown"),
    [(0.51, "0.5 s"), (1.26, "1.3 s"), (1.99, "2 s"), (2.0, "2 s"), (2.4, "2 s"), (9.6, "10 s")],
)
def test_the_interval_is_rounded(every_s: float, shown: str) -> None:
    port = OpenPort()
    run(port, ROM_32, every_s, times=4)
    assert port.sentence().startswith(f"COM5: the board restarts every {shown}:")


@pytest.mark.parametrize("start", [ROM_32, ROM_C3, ROM_8266, SOFTWARE])
def test_a_start_or_two_are_not_reported(start: bytes) -> None:
    port = OpenPort()
    run(port, start, 3.0, times=2)
    assert port.state() is LinkState.GOOD
    port.say(start, after_s=61.0)
    assert port.state() is LinkState.GOOD


def test_a_crash_and_the_start_after_it_are_one_event_even_if_a_dump_takes_time() -> None:
    port = OpenPort()
    for _ in range(2):
        crash, _, start = PANIC.partition(b"Rebooting...\r\n")
        port.say(crash, after_s=20.0)
        port.say(start, after_s=9.0)
    assert port.sentence().startswith("COM5: the sketch crashed")
    port.say(crash, after_s=20.0)
    assert port.sentence().startswith("COM5: the sketch crashes every 29 s")


def test_a_crash_just_after_each_start_is_the_cause_of_the_next_one() -> None:
    port = OpenPort()
    for _ in range(4):
        port.say(SOFTWARE, after_s=0.4)
        port.say(PANIC.partition(b"Rebooting")[0], after_s=0.4)
    assert port.sentence().startswith("COM5: the sketch crashes every 0.8 s")


def test_a_crash_without_a_readable_start_is_reported_with_its_interval() -> None:
    port = OpenPort()
    run(port, EXCEPTION, 2.0, times=3)
    assert port.sentence().startswith('COM5: the sketch crashes every 2 s, with "Exception (28):": look')


@pytest.mark.parametrize("every_s", [2.0, 5.0, 30.0])
def test_deep_sleep_is_no_fault(every_s: float) -> None:
    port = OpenPort()
    for _ in range(10):
        port.say(SLEEP + b"Boot number: 1\r\n", after_s=every_s)
        port.say(b"# woke up\r\nv1=5\r\n", after_s=0.3)
        assert port.state() is LinkState.GOOD


@pytest.mark.parametrize(("asleep_s", "is_fault"), [(0.5, True), (3.9, True), (4.1, False), (60.0, False)])
def test_the_reset_pin_of_an_esp8266_may_end_a_deep_sleep(asleep_s: float, is_fault: bool) -> None:
    port = OpenPort()
    for _ in range(5):
        port.say(b"\r\n", after_s=asleep_s)
        port.say(ROM_8266.lstrip(), after_s=0.01)
        port.say(b"v1=5\r\n", after_s=0.3)
    assert (port.state() is LinkState.RESTARTING) is is_fault


@pytest.mark.parametrize(
    "said", [UPLOAD, b"\r\nwaiting for download\r\n", ROM_8266.replace(b"(3,6)", b"(1,7)")]
)
def test_a_board_in_upload_mode_is_reported_until_it_is_reset(said: bytes) -> None:
    port = OpenPort()
    port.say(said)
    assert port.state() is LinkState.UPLOAD_MODE
    port.wait(3600.0)
    assert port.state() is LinkState.UPLOAD_MODE
    assert port.sentence() == "COM5: the board waits in upload mode: press its reset button."
    port.say(ROM_32)
    assert port.state() is LinkState.OPEN
    port.say(b"v1=5\r\n")
    assert port.state() is LinkState.GOOD


@pytest.mark.parametrize("said", [b"# hello\r\n", b"v1=5\r\nv1=6\r\n", b"v1=text\r\n", b"Booting\r\n"])
def test_a_line_of_the_sketch_ends_upload_mode(said: bytes) -> None:
    port = OpenPort()
    port.say(b"v1=1\r\n" + UPLOAD)
    assert port.state() is LinkState.UPLOAD_MODE
    port.say(b"\r\n\r\n")
    assert port.state() is LinkState.UPLOAD_MODE
    port.say(said)
    assert port.state() is not LinkState.UPLOAD_MODE


def test_opening_the_port_again_forgets_starts() -> None:
    port = OpenPort()
    run(port, ROM_32, 3.0, times=3)
    port.say(UPLOAD)
    port.health.opened(port.now_s)
    assert port.state() is LinkState.OPEN
    port.say(ROM_32)
    assert port.state() is LinkState.OPEN


def test_the_words_of_a_crash_hold_no_control_character() -> None:
    port = OpenPort()
    port.say(b"\r\nGuru Meditation Error: \x1b[31m\x07" + b"x" * 200 + b"\r\n")
    words = str(port.message().params["words"])
    assert words == ("Guru Meditation Error: \ufffd[31m\ufffd" + "x" * 200)[:80]


# A first line that comes again and again.


def cycles(first: bytes, pause_s: float, rows: int, each_s: float, *, times: int = 5) -> OpenPort:
    """A port whose board says `first` after a pause, then some rows, and so on."""
    port = OpenPort()
    for number in range(times):
        port.say(first, after_s=pause_s)
        for row in range(rows):
            port.say(b"v1=%d\r\nv2=7\r\n" % (number + row), after_s=each_s)
    return port


@pytest.mark.parametrize(
    ("first", "pause_s", "rows", "each_s", "every_s"),
    [
        (b"Weather station 1.2\r\n", 1.6, 7, 0.2, 3),
        (b"# sketch=weather version=1.2\r\n", 1.6, 7, 0.2, 3),
        (b"\r\nBooting\r\nSensor found\r\n", 2.0, 2, 1.5, 5),
        (b"Booting\r\n", 0.5, 15, 0.1, 2),
        (b"Booting\r\n", 3.5, 40, 1.0, 44),
        # The pause is at most 4 s, and a quarter longer than the others, of which there are at least two.
        (b"Booting\r\n", 4.0, 2, 0.5, 5),
        (b"Booting\r\n", 0.625, 5, 0.5, 3),
        (b"OK\r\n", 0.625, 5, 0.5, 3),
        # The loop may be fast, but must have run for half a second.
        (b"# demo\r\n", 2.0, 20, 0.05, 3),
        (b"# demo\r\n", 1.6, 100, 0.01, 3),
        (b"Booting\r\n", 1.5, 8, 0.0625, 2),
    ],
)
def test_a_first_line_that_comes_again_after_a_pause_shows_restarts(
    first: bytes, pause_s: float, rows: int, each_s: float, every_s: int
) -> None:
    port = cycles(first, pause_s, rows, each_s, times=2)
    assert port.state() is LinkState.GOOD
    port.say(first, after_s=pause_s)
    assert port.state() is LinkState.RESTARTING
    words = next(filter(None, first.decode().split("\r\n")))
    assert port.message() == Message("board_begins_anew", port="COM5", seconds=every_s, words=words)


def test_the_text_by_which_restarts_are_recognised_is_named() -> None:
    port = cycles(b"--- new series ---\r\n", 3.0, 5, 0.2)
    assert port.sentence() == (
        'COM5: "--- new series ---" comes again and again. If it is the first line of the sketch, '
        "the board restarts every 4 s: is the cable or the supply too weak?"
    )


@pytest.mark.parametrize(
    ("first", "pause_s", "rows", "each_s"),
    [
        # A header before each block of rows, which are printed together.
        (b"--- values ---\r\n", 1.0, 3, 0.0),
        (b"--- values ---\r\n", 1.0, 1, 0.0),
        (b"--- values ---\r\n", 3.0, 3, 0.01),
        (b"--- values ---\r\n", 3.0, 7, 0.0625),
        # A header between rows that come at the same pace, or as one more of them.
        (b"--- values ---\r\n", 1.0, 20, 1.0),
        (b"# sketch=weather version=1.2\r\n", 0.2, 4, 0.2),
        (b"# sketch=weather version=1.2\r\n", 0.0, 50, 0.2),
        (b"# sketch=weather version=1.2\r\n", 1.0, 0, 0.0),
        (b"Hello world\r\n", 1.0, 0, 0.0),
        # At the limits of the rule.
        (b"Booting\r\n", 4.0, 1, 0.5),
        (b"Booting\r\n", 0.5625, 5, 0.5),
        (b"O\r\n", 0.625, 5, 0.5),
        # A long pause may be sleep.
        (b"# awake\r\n", 4.125, 5, 0.5),
        (b"# awake\r\n", 4.1, 5, 0.5),
        (b"# awake\r\n", 60.0, 5, 0.5),
        # Readings are no first line.
        (b"v7=1\r\n", 1.6, 7, 0.2),
    ],
)
def test_a_header_that_the_sketch_prints_shows_no_restarts(
    first: bytes, pause_s: float, rows: int, each_s: float
) -> None:
    port = cycles(first, pause_s, rows, each_s, times=20)
    assert port.state() is not LinkState.RESTARTING


def test_a_first_line_that_is_late_for_once_begins_the_count_anew() -> None:
    port = OpenPort()
    for pause_s in (1.6, 1.6, 4.5, 1.6, 0.2, 1.6):
        port.say(b"Booting\r\n", after_s=pause_s)
        assert port.state() is not LinkState.RESTARTING
        for _ in range(7):
            port.say(b"v1=1\r\n", after_s=0.2)
    port.say(b"Booting\r\n", after_s=1.6)
    assert port.state() is LinkState.RESTARTING


@pytest.mark.parametrize("baud_rate", [9600, 57600, 115200])
def test_noise_before_the_first_line_shows_a_start_of_an_esp8266(baud_rate: int) -> None:
    noise = received(ROM_8266, 74880, baud_rate)
    port = OpenPort()
    for _ in range(3):
        port.say(noise, after_s=0.5)
        port.say(b"\r\nBooting\r\n", after_s=0.2)
        port.say(b"v1=1\r\n", after_s=2.3)
    assert port.sentence() == "COM5: the board restarts every 3 s: is the cable or the supply too weak?"


@pytest.mark.parametrize(("size", "is_noise"), [(7, False), (8, True)])
def test_eight_characters_of_noise_before_the_first_line_show_a_start(size: int, is_noise: bool) -> None:
    port = OpenPort()
    for _ in range(3):
        port.say(b"\x01" + b"\xff" * (size - 1) + b"Booting\r\n", after_s=0.5)
        port.say(b"v1=1\r\n", after_s=2.5)
    assert (port.state() is LinkState.RESTARTING) is is_noise


def test_noise_after_a_long_pause_is_no_restart() -> None:
    port = OpenPort()
    for _ in range(6):
        port.say(received(ROM_8266, 74880, 115200), after_s=10.0)
        port.say(b"\r\n# awake\r\n", after_s=0.2)
        port.say(b"v1=1\r\n", after_s=0.3)
        assert port.state() is LinkState.GOOD


@pytest.mark.parametrize("tail", [b"", b"OK end\r\n", b"\xb0C OK\r\n"])
def test_unreadable_lines_that_repeat_are_no_restarts(tail: bytes) -> None:
    port = OpenPort()
    for _ in range(20):
        port.say(b"\xf8\x80\xe0\xff" * 10 + tail, after_s=0.8)
        assert port.state() is not LinkState.RESTARTING


def test_few_unreadable_characters_before_a_text_are_no_start() -> None:
    port = OpenPort()
    for _ in range(20):
        port.say(b"T = 23 \xb0C outside\r\n", after_s=1.0)
        port.say(b"v1=1\r\n", after_s=0.2)
        assert port.state() is LinkState.GOOD


def test_what_is_remembered_is_bounded() -> None:
    port = OpenPort()
    for number in range(2000):
        port.say(b"text %d\r\n" % number, after_s=0.5)
    restarts = port.health._restarts  # private, but no message shows how much is kept
    assert (len(restarts._texts), len(restarts._pauses), len(restarts._events)) == (32, 256, 0)
    # A first line is forgotten if too many other texts have come since.
    for between in (31, 32, 32, 32):
        port.say(b"Booting\r\n", after_s=1.0)
        for number in range(between):
            port.say(b"text %d\r\n" % number, after_s=0.2)
    assert port.state() is not LinkState.RESTARTING

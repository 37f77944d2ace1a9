"""What the user sees and hears when a value leaves its limits."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from app.bench.status import ReplayStatus
from app.config.bench_file import BenchConfig
from app.wire.datastreams import Datastream, OutOfRange
from tests.ui.fake_bench import FakeClock
from tests.ui.plot.drawing import on_screen
from tests.ui.stage import Stage
from ui.settings import Alarm

LIMITED = (
    Datastream(virtual_pin=0, name="Sine"),
    Datastream(virtual_pin=1, name="Temperature", unit="°C", max=30.0, out_of_range=OutOfRange.CLAMP),
    Datastream(virtual_pin=2, name="Counter", min=-1e6, max=1e6, out_of_range=OutOfRange.FORWARD),
    Datastream(virtual_pin=3, name="Wind", unit="m/s", min=0.0),
)
NAMES = {"v1": "Temperature", "v2": "Counter", "v3": "Wind"}


@pytest.fixture
def config(config: BenchConfig) -> BenchConfig:
    """The usual bench, whose datastreams have limits."""
    first, *others = config.device
    limited = msgspec.structs.replace(first, datastream=LIMITED)
    return msgspec.structs.replace(config, device=(limited, *others))


@pytest.fixture
def beeps(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    heard: list[None] = []
    monkeypatch.setattr(QApplication, "beep", lambda: heard.append(None))
    return heard


def say(stage: Stage, *lines: str, after_s: float = 0.5) -> None:
    """Let the board say lines after some seconds, and look at the window."""
    stage.clock.now_s += after_s
    for line in lines:
        stage.device.say(line, stage.clock.now_s)
    stage.frames()


def flashes(stage: Stage) -> set[str]:
    """The names whose header flashes, as it is seen."""
    warn, found = QColor(stage.window.scheme.warn).rgb(), set()
    for strip in stage.window.pane.plot.strips:
        header = on_screen(strip.header)
        if header.pixel(header.width() - 3, 5) == warn:
            found.add(strip.styles[0].name)
    return found


def notices(stage: Stage) -> list[str]:
    stage.frames()
    return stage.window.notices.texts


@pytest.mark.parametrize(
    ("line", "name", "sentence"),
    [
        ("v1=31", "Temperature", "Temperature is above 30 °C."),
        ("v2=1000001", "Counter", "Counter is outside the range from −1000000 to 1000000."),
        ("v3=-0.5", "Wind", "Wind is below 0 m/s."),
    ],
)
def test_a_number_beyond_a_limit_flashes_and_has_a_notice_whatever_becomes_of_it(
    stage: Stage, beeps: list[None], line: str, name: str, sentence: str
) -> None:
    say(stage, "v1=29", "v2=7", "v3=1")
    assert flashes(stage) == set()
    assert sentence not in notices(stage)
    say(stage, line, line.partition("=")[0] + "=5")
    assert flashes(stage) == {name}
    assert sentence in notices(stage)
    assert beeps == []
    say(stage, f"{line.partition('=')[0]}=5", after_s=2.5)
    assert sentence not in notices(stage)


def test_a_value_that_stays_beyond_is_told_once_and_again_after_it_was_inside(
    stage: Stage, beeps: list[None]
) -> None:
    stage.window.panes.alarms.choose(Alarm.BEEP)
    for _ in range(5):
        say(stage, "v1=31", after_s=3.0)
    assert len(beeps) == 1
    assert flashes(stage) == set()
    say(stage, "v1=20")
    say(stage, "v1=21", after_s=3.0)
    say(stage, "v1=31")
    assert len(beeps) == 2


def test_of_alarms_that_come_together_one_is_heard(stage: Stage, beeps: list[None]) -> None:
    stage.window.panes.alarms.choose(Alarm.BOTH)
    say(stage, "v3=1")
    say(stage, "v1=31", "v3=-1")
    assert len(beeps) == 1
    assert flashes(stage) == {"Temperature", "Wind"}


def test_no_alarm_is_given_if_the_user_wants_none(stage: Stage, beeps: list[None]) -> None:
    stage.window.panes.alarms.choose(Alarm.OFF)
    say(stage, "v1=31", "v2=-2000000")
    assert (flashes(stage), beeps) == (set(), [])
    assert not any("°C" in notice for notice in notices(stage))


def test_a_board_that_is_not_shown_flashes_on_the_rail(stage: Stage) -> None:
    window = stage.window
    window.rail.choose("cellar")
    stage.frames()
    before = on_screen(window.rail)
    say(stage, "v1=31", after_s=0.0)
    row = window.rail.rows.names.index("greenhouse")
    chip = window.rail.visualRect(window.rail.rows.index(row))
    after, edge = on_screen(window.rail), QColor(window.scheme.warn).rgb()
    assert after.pixel(chip.center().x(), chip.top() + 1) == edge
    assert before.pixel(chip.center().x(), chip.top() + 1) != edge
    (notice,) = window.panes.notices
    assert notice.device == "greenhouse"
    assert notice.look
    notice.look()
    assert window.rail.chosen == "greenhouse"


def test_a_stopped_bench_has_no_alarms(stage: Stage) -> None:
    say(stage, "v1=31")
    assert stage.window.panes.notices
    stage.window.connection.disconnect_bench()
    stage.frames()
    assert stage.window.panes.notices == []


def test_a_recording_and_a_text_give_no_alarm(stage: Stage) -> None:
    say(stage, "v2=hot")
    assert stage.window.panes.notices == []
    stage.device.replay = ReplayStatus(0, 1)
    say(stage, "v1=31")
    assert stage.window.panes.notices == []


def test_after_the_clock_was_set_back_alarms_go_on(stage: Stage, clock: FakeClock) -> None:
    say(stage, "v2=2000000")
    clock.now_s -= 3600
    stage.device.streams["v2"].times.clear()
    stage.device.streams["v2"].values.clear()
    say(stage, "v2=1")
    assert stage.window.panes.notices == []
    say(stage, "v2=2000000")
    assert len(stage.window.panes.notices) == 1


def test_after_the_clock_was_set_back_a_rejected_number_is_forgotten_too(
    stage: Stage, clock: FakeClock, beeps: list[None]
) -> None:
    stage.window.panes.alarms.choose(Alarm.BEEP)
    say(stage, "v3=-1")
    clock.now_s -= 3600
    for _ in range(6):
        say(stage, "v3=5")
    assert notices(stage) == []
    say(stage, "v3=-1", after_s=3)
    assert len(beeps) == 2


def test_other_limits_are_another_alarm(stage: Stage) -> None:
    say(stage, "v2=2000000")
    assert "outside" in notices(stage)[0]
    bench = stage.bench
    first, *others = bench.config.device
    wider = msgspec.structs.replace(LIMITED[2], max=5e6)
    limited = msgspec.structs.replace(first, datastream=(*LIMITED[:2], wider, LIMITED[3]))
    bench.config = msgspec.structs.replace(bench.config, device=(limited, *others))
    stage.clock.now_s += 3
    assert notices(stage) == []


def test_a_minimised_window_beeps(stage: Stage, beeps: list[None]) -> None:
    stage.window.panes.alarms.choose(Alarm.BOTH)
    stage.window.showMinimized()
    say(stage, "v2=2000000")
    assert len(beeps) == 1

"""Every field of a bench's status changes when its cause changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
import pytest

from app.bench.status import (
    AcceptedLine,
    BenchStatus,
    CloudState,
    CloudStatus,
    ConsoleLine,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    PortInfo,
    RecordingStatus,
    Refusal,
    RefusedReading,
    RejectedLine,
)
from app.boards.ports.registry import PortRegistry
from app.boards.status import SearchState
from app.cloud.blynk.fixes import fix_of
from app.messages.message import Message, verbatim
from app.wire.counts import LineCounts
from app.wire.datastreams import Datastream, DatastreamType, Reason
from app.wire.readings import Grammar
from app.wire.streams import Fate
from tests.bench import (
    test_earlier_runs,
    test_keys_to_the_cloud,
    test_player,
    test_rejected,
    test_servers,
    test_unwritten,
    test_warnings,
)
from tests.bench.clock import DAY_US, NOON_US
from tests.bench.scenes import Scene, Scenes
from tests.bench.test_keys_of_boards import KEYS
from tests.bench.trial import Trial
from tests.cloud import test_forwarder, test_report
from tests.cloud.rude_server import RudeServer, answer, close

SCENES = Scenes()
Seen = Mapping[str, tuple[object, object]]
TWO_BOARDS = (
    PortInfo("/dev/x", "CH340", "1A86:7523", "", "1-3"),
    PortInfo("/dev/y", "CH340", "1A86:7523", "", "1-4"),
)
SEEN_BY_KEY = {
    "BenchStatus.name": "bench.name",
    "BenchStatus.journal": "bench.journal",
    "DeviceStatus.name": "device.name",
    "DeviceStatus.port": "device.port",
    "DeviceStatus.server": "device.server",
    "DatastreamStatus.name": "device.datastream.name",
    "DatastreamStatus.unit": "device.datastream.unit",
    "DatastreamStatus.color": "device.datastream.color",
    "DatastreamStatus.line_style": "device.datastream.line_style",
}


@SCENES.scene({
    "BenchStatus.at_us": (NOON_US, NOON_US + 2_000_000),
    "BenchStatus.started_at_us": (None, NOON_US),
    "LineCounts.accepted": (0, 4),
    "LineCounts.rejected": (0, 2),
    "LineCounts.comments": (0, 1),
    "LineCounts.blank": (0, 1),
    "LineCounts.partial": (0, 1),
    "JournalCounts.readings": (0, 4),
    "JournalCounts.forwarded": (0, 4),
    "CloudStatus.requests": (0, 4),
    "CloudStatus.last_success_us": (None, NOON_US + 1_000_000),
    "CloudStatus.message": ("Nothing to send yet.", "All readings are in the cloud."),
    "DeviceStatus.reasons": ((), (("wrong_pin", 2),)),
    "DeviceStatus.lost_bytes": (0, 5),
    "DeviceStatus.reconnects": (0, 1),
    "LinkStatus.state": (LinkState.CLOSED, LinkState.OPEN),
    "LinkStatus.message": ("The port is not open yet.", "PORT is open, and nothing has come yet."),
})  # fmt: skip
def _a_board_talks_and_all_is_sent(trial: Trial) -> Seen:
    bench = trial.made()
    first = bench.status()
    trial.started_again()
    trial.clock.now_s += 1
    trial.say("v1=21.5\n\nv2=warm\nv10=3\nv256=1\nx=1\n")
    trial.sent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.journal.writer.MAX_INBOX_BYTES", 0)
        trial.board.say(b"v1=2\n")
        trial.wait(lambda: trial.device.lost_bytes == 5)
    trial.board.say(b"v1=3\nv1=4")
    trial.wait(lambda: trial.device.lines.accepted == 4)
    trial.sent()
    bench.release_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.RELEASED)
    bench.take_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.OPEN)
    trial.clock.now_s += 1
    last = bench.status()
    return {**_pairs((first, last)), **_parts(first.devices[0], last.devices[0])}


@SCENES.scene({
    "DeviceStatus.announced": (
        (Datastream(virtual_pin=1, type=DatastreamType.DOUBLE, unit="°C", name="Air"),),
        (Datastream(id=7, type=DatastreamType.INT, name="Rain"),),
    ),
})  # fmt: skip
def _a_board_announces_datastreams_and_another_sketch_announces_others(trial: Trial) -> Seen:
    trial.started()
    assert trial.device.announced == ()
    trial.say("# datastream v1 double degC Air\nv1=5\n")
    first = trial.device
    trial.bench.release_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.RELEASED)
    trial.bench.take_port("board")
    trial.wait(lambda: trial.device.link.state is LinkState.OPEN)
    trial.board.say(b"# datastream ds7 int - Rain\n")
    trial.wait(lambda: trial.device.announced != first.announced)
    return _parts(first, trial.device)


@SCENES.scene({
    "DatastreamStatus.target": ("v2", "v10"),
    "DatastreamStatus.value": (5, "warm"),
    "DatastreamStatus.received_at_us": (NOON_US + 1_000_000, NOON_US + 2_000_000),
    "DatastreamStatus.counts": (JournalCounts(2, pending=2), JournalCounts(3, pending=3)),
    "ConsoleLine.number": (5, 9),
    "ConsoleLine.received_at_us": (NOON_US + 1_000_000, NOON_US + 4_000_000),
    "ConsoleLine.judged": (AcceptedLine("v2=5", "v2", Grammar()), Grammar().judge(b"v1")),
    "RejectedLine.received_at_us": (NOON_US + 3_000_000, NOON_US + 4_000_000),
    "RejectedLine.text": ("x=1", "v1"),
    "RejectedLine.reason": (Reason.WRONG_PIN, Reason.NO_ASSIGNMENT),
    "CloudStatus.state": (CloudState.OFF, CloudState.OFF),
    "JournalCounts.pending": (0, 6),
})  # fmt: skip
def _rows_of_datastreams_and_lines(trial: Trial) -> Seen:
    """Rows are sorted by pin number and show the newest value. Properties are counted but have no row."""
    trial.without("device.server", "device.auth_token", "device.requests_per_s")
    bench = trial.made()
    first = bench.status().devices[0]
    trial.started_again()
    trial.say("")
    for part in ("v10=4\nv2.label=Soil\nv2=4\nv2=5\n", "v10=hot\nv10=warm\n", "x=1\n", "v1\n"):
        trial.clock.now_s += 1
        trial.say(part)
    rows, said, wrong = trial.device.datastreams, bench.console("board", 0, 5), bench.rejected("board")
    return {
        **_parts(first, trial.device),
        **_pairs((rows[0], rows[1]), (said[0], said[4]), (wrong[0], wrong[1])),
    }


@SCENES.scene({
    "JournalCounts.superseded": (0, 1),
    "JournalCounts.refused": (0, 2),
    "JournalCounts.expired": (0, 1),
    "JournalCounts.held": (0, 1),
    "RefusedReading.id": (2, 3),
    "RefusedReading.target": ("v2", "v3"),
    "RefusedReading.value": (5, 6),
    "RefusedReading.received_at_us": (NOON_US - 2 * DAY_US, NOON_US - DAY_US),
    "RefusedReading.reason": ("no such pin", "wrong type"),
    "DeviceStatus.refusals": (
        (),
        tuple(
            Refusal((target,), 1, verbatim(why), fix_of(verbatim(why), (target,)))
            for target, why in (("v2", "no such pin"), ("v3", "wrong type"))
        ),
    ),
    "CloudStatus.message": (
        "Nothing to send yet.",
        "Sent, but 2 readings were refused, 1 reading is held and 1 reading expired (discarded or too old).",
    ),
})  # fmt: skip
def _what_became_of_readings(trial: Trial) -> Seen:
    first = trial.made().status().devices[0]
    trial.stop()
    trial.left(["v1=4\n"], fate=Fate.SUPERSEDED)
    trial.left(["v2=5\n"], fate=Fate.REFUSED, reason="no such pin", age_days=2)
    trial.left(["v3=6\n"], fate=Fate.REFUSED, reason="wrong type", age_days=1)
    trial.left(["v4=7\n"], fate=Fate.EXPIRED)
    trial.left(["v5=8\n"], token="another")
    refused = trial.made().refused("board")
    return {**_parts(first, trial.device), **_pairs((refused[0], refused[1]))}


@SCENES.scene({
    "DeviceStatus.orphan": (False, True),
    "DeviceStatus.name": ("board", "gone"),
    "DeviceStatus.port": ("PORT", ""),
    "DeviceStatus.server": ("SERVER", ""),
    "JournalCounts.pending": (0, 2),
    "JournalCounts.held": (0, 2),
    "LinkStatus.message": ("The port is not open yet.", "This device is no longer in the bench file."),
    "CloudStatus.message": ("Nothing to send yet.", "This device is no longer in the bench file."),
})  # fmt: skip
def _a_device_that_has_left(trial: Trial) -> Seen:
    trial.left(["v1=1\nv2=1\n"], device="gone")
    first, last = trial.made().status().devices
    assert (last.lines, last.lost_bytes, last.reconnects, last.datastreams) == (LineCounts(), 0, 0, ())
    return _parts(first, last)


@SCENES.scene(
    {"LinkStatus.choices": ((), TWO_BOARDS), "LinkStatus.state": (LinkState.CLOSED, LinkState.AMBIGUOUS)}
)
def _two_boards_could_be_meant(trial: Trial) -> Seen:
    trial.monkeypatch.setattr(
        "app.bench.bench.PortRegistry", lambda: PortRegistry(lambda: list(TWO_BOARDS), lambda: None)
    )
    trial.keys["device.port"] = '"usb:1A86:7523"'
    first = trial.made().status().devices[0]
    trial.started_again()
    return _parts(first, trial.device)


@SCENES.scene({
    "CloudStatus.messages_left": (None, 999),
    "CloudStatus.forecast": ([], ["999 of the month's 1,000 messages are left."]),
})  # fmt: skip
def _an_organisation_has_a_budget(trial: Trial) -> Seen:
    first = trial.made().status().devices[0]
    trial.stop()
    trial.keys |= {"organisation.monthly_messages": "1000", "device.organisation": '"school"'}
    trial.started()
    trial.say("v1=1\n")
    trial.sent()
    return _parts(first, trial.device)


@SCENES.scene({
    "CloudStatus.state": (CloudState.IDLE, CloudState.WAITING),
    "CloudStatus.sendable": (0, 1),
    "CloudStatus.warnings": (
        [],
        ["Readings from 2026-10-17 00:00 UTC on are too old for the cloud in 12 h and will expire: "
        "allow more readings a day (daily_points), or fix the connection to the cloud."],
    ),
})  # fmt: skip
def _the_cloud_is_away_while_a_reading_becomes_too_old(trial: Trial) -> Seen:
    with RudeServer(close) as server:
        trial.keys |= {"device.server": f'"{server.url}"', "device.forward": '"timestamped"'}
        first = trial.made().status().devices[0]
        trial.stop()
        trial.left(["v1=1\n"], age_days=29.5)
        trial.started()
        trial.wait(lambda: trial.device.cloud.state is CloudState.WAITING)
        trial.wait(lambda: bool(trial.device.cloud.warnings))
        last = trial.device
        trial.stop()
    return _parts(first, last)


@SCENES.scene({"CloudStatus.can_skip": (False, True), "CloudStatus.is_blocked": (False, True)})
def _the_cloud_does_not_take_the_only_reading(trial: Trial) -> Seen:
    nothing = answer("404 None", b"nothing here", "Connection: close")
    with RudeServer(nothing) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.cloud.plan.plan.PAUSED_AFTER_S", 0.0)
        trial.started(server=f'"{server.url}"')
        first = trial.device
        trial.say("v1=1\n")

        seen: list[DeviceStatus] = []

        def is_stuck() -> bool:
            trial.bench.try_now("board")
            seen.append(trial.device)
            return seen[-1].cloud.can_skip and seen[-1].cloud.is_blocked

        trial.wait(is_stuck)
        trial.stop()
    return _parts(first, seen[-1])


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_each_field_changes_in_its_scene(scene: Scene, trial: Trial) -> None:
    names = {trial.board.port: "PORT", trial.cloud.url: "SERVER"}

    def told(key: str, thing: object) -> object:
        value = getattr(thing, key.partition(".")[2])
        if isinstance(value, Message):
            value = str(value)
        if key in ("CloudStatus.forecast", "CloudStatus.warnings"):
            value = [*map(str, value)]
        if type(value) is str:
            for name, word in names.items():
                value = value.replace(name, word)
        return value

    seen = scene.play(trial)
    pairs = {key: seen[key.partition(".")[0]] for key in scene.wanted}
    assert {key: (told(key, first), told(key, last)) for key, (first, last) in pairs.items()} == scene.wanted


def test_the_status_of_a_recording_has_its_file_and_size(trial: Trial) -> None:
    trial.started()
    assert trial.device.recording is None
    trial.bench.record("board", True)
    trial.say("v1=1\n")
    # The header of the recording is written at once.
    trial.wait(lambda: trial.device.recording is not None and trial.device.recording.bytes > 0)
    trial.wait(lambda: trial.recordings() == [b"# hello\nv1=1\n"])
    (path,) = (trial.folder / "recordings").iterdir()
    told = RecordingStatus(str(path), path.stat().st_size)
    # The size in the status is updated a little later.
    trial.wait(lambda: trial.device.recording == told)


def test_the_status_keeps_the_last_recording_that_ended(trial: Trial) -> None:
    trial.started()
    trial.bench.record("board", True)
    trial.say("v1=1\n")
    assert trial.device.recorded is None
    trial.bench.record("board", False)
    trial.wait(lambda: trial.device.recorded is not None)
    assert trial.recordings(ended=True) == [b"# hello\nv1=1\n"]
    (path,) = (trial.folder / "recordings").iterdir()
    assert trial.device.recorded
    assert (trial.device.recorded.path, trial.device.recorded.bytes) == (str(path), path.stat().st_size)


def test_the_status_has_the_search_for_a_baud_rate(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\n")
    assert trial.device.baud_search is None
    assert trial.bench.find_baud_rate("board")
    search = trial.device.baud_search
    assert search
    assert search.state is SearchState.LISTENING


def test_the_status_counts_what_the_journal_still_has(trial: Trial) -> None:
    trial.started()
    trial.say("v1=1\nv2=2\n")
    trial.wait(lambda: trial.device.kept == 2)
    trial.bench.delete_data("board")
    assert (trial.device.kept, trial.device.counts.readings) == (0, 2)


def _parts(first: DeviceStatus, last: DeviceStatus) -> dict[str, tuple[object, object]]:
    """Pairs of the first and the last status, for a device and each of its parts, by the name of the type."""
    fields = ("link", "cloud", "lines", "counts")
    return _pairs((first, last), *((getattr(first, name), getattr(last, name)) for name in fields))


def _pairs(*pairs: tuple[object, object]) -> dict[str, tuple[object, object]]:
    return {type(last).__name__: (first, last) for first, last in pairs}


TYPES: tuple[type[msgspec.Struct], ...] = (
    BenchStatus, DeviceStatus, LinkStatus, CloudStatus, LineCounts, JournalCounts, DatastreamStatus,
    RecordingStatus, ConsoleLine, RejectedLine, RefusedReading,
)  # fmt: skip
PARTS = {
    "BenchStatus.devices": DeviceStatus,
    "DeviceStatus.link": LinkStatus,
    "DeviceStatus.cloud": CloudStatus,
    "DeviceStatus.lines": LineCounts,
    "DeviceStatus.counts": JournalCounts,
    "DeviceStatus.datastreams": DatastreamStatus,
    "DeviceStatus.recording": RecordingStatus,
}
"""Fields that hold structs, whose own fields are tested instead."""
SEEN_BY_TEST: dict[str, Callable[..., None]] = {
    "BenchStatus.warnings": test_warnings.test_a_problem_is_among_the_warnings,
    "CloudStatus.behind_s": test_report.test_a_device_that_says_more_than_it_may_send_is_behind,
    "CloudStatus.trend": test_report.test_a_device_that_says_more_than_it_may_send_is_behind,
    "CloudStatus.expired": test_forwarder.test_readings_that_are_too_old_are_announced_and_expire,
    "CloudStatus.notes": test_servers.test_the_region_of_an_account_is_among_the_notes,
    "DatastreamStatus.only_changes": (
        test_earlier_runs.test_a_datastream_with_min_change_is_known_to_have_only_changes
    ),
    "DatastreamStatus.beyond_at_us": test_rejected.test_the_last_number_outside_the_range_has_a_time,
    "DatastreamStatus.rejected": test_rejected.test_a_datastream_whose_every_line_is_rejected_has_a_row,
    "DeviceStatus.kept": test_the_status_counts_what_the_journal_still_has,
    "DeviceStatus.baud_search": test_the_status_has_the_search_for_a_baud_rate,
    "DeviceStatus.unwritten": test_unwritten.test_the_status_counts_readings_that_cannot_be_written,
    "DeviceStatus.replay": test_player.test_the_status_has_the_position_and_says_that_nothing_is_sent,
    "DeviceStatus.recorded": test_the_status_keeps_the_last_recording_that_ended,
    "RecordingStatus.path": test_the_status_of_a_recording_has_its_file_and_size,
    "RecordingStatus.bytes": test_the_status_of_a_recording_has_its_file_and_size,
    "RejectedLine.judged_by": test_rejected.test_hints_for_rejected_lines_know_the_datastreams,
}


def test_every_field_of_the_status_is_seen_to_change() -> None:
    every = {f"{kind.__name__}.{field}" for kind in TYPES for field in kind.__struct_fields__}
    assert set(SEEN_BY_KEY.values()) <= {row.key for row in (*KEYS, *test_keys_to_the_cloud.KEYS)}
    assert set(PARTS.values()) <= set(TYPES)
    assert SCENES.shown | SEEN_BY_KEY.keys() | PARTS.keys() | SEEN_BY_TEST.keys() == every

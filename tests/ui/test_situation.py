"""The texts about the state of a device: in a pane that has no plot, and as notices."""

from __future__ import annotations

import msgspec
import pytest

from app.bench.status import (
    BenchStatus,
    CloudState,
    CloudStatus,
    DatastreamStatus,
    DeviceStatus,
    JournalCounts,
    LinkState,
    LinkStatus,
    Refusal,
    ReplayStatus,
    Trend,
)
from app.config.bench_file import DeviceConfig
from app.messages.message import Message, verbatim
from app.wire.counts import LineCounts
from app.wire.datastreams import LineStyle
from app.wire.streams import UnwrittenReadings
from ui.fixes.fix import Kind
from ui.situation import (
    NO_DEVICE,
    Handlers,
    Notice,
    are_alike,
    by_gravity,
    empty_text,
    fixes_for,
    is_open,
    notices,
)

NUMBER = DatastreamStatus("v1", "", "", "", LineStyle.SOLID, 1.5, 0, JournalCounts(readings=1))
DEVICE = DeviceStatus(
    name="greenhouse",
    port="COM5",
    server="https://fra1.blynk.cloud",
    link=LinkStatus(LinkState.GOOD, Message("lines_come_in", port="COM5")),
    cloud=CloudStatus(CloudState.IDLE, verbatim("All readings have been sent.")),
    lines=LineCounts(),
    lost_bytes=0,
    reconnects=0,
    counts=JournalCounts(1, 1),
    datastreams=(NUMBER,),
)


PRESSED: list[tuple[object, ...]] = []
HANDLERS = Handlers(*(lambda *args, name=name: PRESSED.append((name, *args)) for name in Handlers._fields))


SENTENCE = verbatim("the sentence")


def found(device: DeviceStatus | None, *warnings: Message) -> list[Notice]:
    devices = (device,) if device else ()
    shown = device.name if device else None
    return notices(BenchStatus("Bench 1", devices, "bench.db", 0, warnings), shown, HANDLERS)


def texts(device: DeviceStatus | None, *warnings: Message) -> list[str]:
    return [str(notice.message) for notice in found(device, *warnings)]


def press(notice: Notice, label: str, way: str) -> None:
    assert str(Message(notice.action)) == label
    assert notice.act is not None
    PRESSED.clear()
    notice.act()
    assert [(way, "greenhouse")] == PRESSED


def test_what_works_is_not_mentioned() -> None:
    assert texts(DEVICE) == []
    assert empty_text(DEVICE) is None


ASKS = {
    LinkState.AMBIGUOUS: ("Choose the board…", "choose_port"),
    LinkState.RELEASED: ("Take port back", "take_port"),
}


@pytest.mark.parametrize("state", list(LinkState))
def test_every_state_of_a_port_has_words_if_nothing_is_plotted(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, SENTENCE), datastreams=())
    words = empty_text(device)
    assert words is not None
    assert words[1] == SENTENCE
    # The empty pane shows the sentence, so only a notice that has a button repeats it.
    assert texts(device) == (["the sentence"] if state in ASKS else [])


def test_port_that_has_reported_nothing_yet_is_closed_without_a_sentence() -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(), datastreams=())
    assert empty_text(device) == (Message("title_link_closed"), None)
    assert texts(device) == []


def test_a_recording_without_a_number_is_explained_in_the_plot() -> None:
    device = msgspec.structs.replace(DEVICE, replay=ReplayStatus(position_us=2, length_us=9), datastreams=())
    assert empty_text(device) == (Message("title_replay_without_curve"), Message("nothing_to_plot"))


@pytest.mark.parametrize(
    ("state", "code", "headline"),
    [
        (LinkState.SILENT, "board_silent", "Connected, but no line has come yet"),
        (LinkState.SILENT, "board_stopped", "Connected, but nothing comes any more"),
        (LinkState.CLOSED, "port_closed", "Not connected"),
    ],
)
def test_what_was_otherwise_before_is_not_said_to_come_yet(
    state: LinkState, code: str, headline: str
) -> None:
    link = LinkStatus(state, Message(code, port="COM5", seconds=9))
    words = empty_text(msgspec.structs.replace(DEVICE, link=link, datastreams=()))
    assert words is not None
    assert str(words[0]) == headline


@pytest.mark.parametrize("code", ["lines_come_in", "last_line_ago"])
def test_good_lines_without_a_number_are_explained_in_the_plot(code: str) -> None:
    link = LinkStatus(LinkState.GOOD, Message(code, port="COM5", seconds=5))
    device = msgspec.structs.replace(DEVICE, link=link, datastreams=())
    words = empty_text(device)
    assert words is not None
    assert "v1=100" in str(words[1])
    assert texts(device) == texts(msgspec.structs.replace(DEVICE, link=link)) == []


CALM = (LinkState.OPEN, LinkState.ENDED, LinkState.CLOSED)


@pytest.mark.parametrize("state", list(LinkState))
def test_port_in_trouble_is_a_notice_beside_the_plot(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, SENTENCE))
    assert texts(device) == ([] if state in CALM else ["the sentence"])
    bad = state not in (LinkState.GOOD, LinkState.SILENT, LinkState.RELEASED)
    assert all(notice.tone == ("bad" if bad else "warn") for notice in found(device))


def test_every_state_of_a_port_has_a_headline_of_its_own() -> None:
    headlines = []
    for state in LinkState:
        shown = empty_text(msgspec.structs.replace(DEVICE, link=LinkStatus(state, SENTENCE), datastreams=()))
        assert shown is not None
        headlines.append(str(shown[0]))
    assert len(set(headlines)) == len(headlines)


def test_a_bench_file_without_a_device_says_what_to_do() -> None:
    assert [str(message) for message in NO_DEVICE] == [
        *("No device", "The bench file names no device: add one with Edit bench… in the menu Bench.")
    ]


def test_one_number_or_one_text_is_enough_to_plot() -> None:
    place = msgspec.structs.replace(NUMBER, value=(13.4, 52.5))
    device = msgspec.structs.replace(DEVICE, datastreams=(place,))
    assert empty_text(device) is not None
    for row in (NUMBER, msgspec.structs.replace(NUMBER, value="calm")):
        assert empty_text(msgspec.structs.replace(DEVICE, datastreams=(place, row))) is None


@pytest.mark.parametrize("state", list(ASKS))
def test_port_that_needs_the_user_has_a_button(state: LinkState) -> None:
    (notice,) = found(msgspec.structs.replace(DEVICE, link=LinkStatus(state, SENTENCE)))
    label, way = ASKS[state]
    tone = "bad" if state is LinkState.AMBIGUOUS else "warn"
    assert (notice.tone, notice.message) == (tone, SENTENCE)
    press(notice, label, way)


@pytest.mark.parametrize(("state", "tone"), [(CloudState.WAITING, "warn"), (CloudState.PAUSED, "bad")])
def test_cloud_in_trouble_has_a_button(state: CloudState, tone: str) -> None:
    (notice,) = found(msgspec.structs.replace(DEVICE, cloud=CloudStatus(state, SENTENCE)))
    assert (notice.tone, notice.message) == (tone, SENTENCE)
    press(notice, "Try now", "try_now")


@pytest.mark.parametrize("state", [CloudState.WAITING, CloudState.PAUSED])
@pytest.mark.parametrize(
    ("trend", "words"),
    [
        (Trend.GROWING, "Behind by 2 min, and growing. the sentence"),
        (Trend.STEADY, "Behind by 2 min. the sentence"),
    ],
)
def test_cloud_in_trouble_says_how_far_it_is_behind(state: CloudState, trend: Trend, words: str) -> None:
    late = CloudStatus(state, SENTENCE, behind_s=120.0, trend=trend)
    (notice,) = found(msgspec.structs.replace(DEVICE, cloud=late))
    assert str(notice.message) == words
    press(notice, "Try now", "try_now")


def test_the_most_urgent_comes_first() -> None:
    device = msgspec.structs.replace(
        DEVICE,
        lost_bytes=4096,
        orphan=True,
        cloud=CloudStatus(CloudState.IDLE, verbatim(""), warnings=(verbatim("too much"),)),
    )
    shown = found(device, verbatim("http://10.0.0.5 is not encrypted"), verbatim("and another"))
    assert [(notice.tone, str(notice.message)) for notice in shown] == [
        ("warn", "too much"),
        ("bad", "4,096 bytes were dropped: the board was faster than the disk."),
        ("warn", "This device is no longer in the bench file; its readings are still kept."),
        ("warn", "http://10.0.0.5 is not encrypted"),
        ("warn", "and another"),
    ]
    press(shown[2], "Look", "show_cloud")
    assert texts(None, verbatim("careful")) == ["careful"]
    assert [notice.tone for notice in by_gravity(shown)] == ["bad", "warn", "warn", "warn", "warn"]
    assert [str(notice.message) for notice in by_gravity(shown)[1:]][::3] == ["too much", "and another"]


def test_held_readings_wait_for_the_users_decision() -> None:
    counts = JournalCounts(readings=9, pending=5, held=5)
    (notice,) = found(msgspec.structs.replace(DEVICE, counts=counts))
    assert str(notice.message) == "5 readings are held: they were not meant for this token and server."
    assert notice.tone == "warn"
    press(notice, "Look", "show_cloud")


@pytest.mark.parametrize("state", list(LinkState))
def test_a_line_can_be_sent_only_while_the_port_is_open(state: LinkState) -> None:
    device = msgspec.structs.replace(DEVICE, link=LinkStatus(state, verbatim("")))
    hears = state not in (
        *(LinkState.CLOSED, LinkState.NO_SUCH_PORT, LinkState.AMBIGUOUS, LinkState.BUSY),
        *(LinkState.NO_PERMISSION, LinkState.RELEASED, LinkState.ENDED),
    )
    assert is_open(device) is hears
    assert not is_open(msgspec.structs.replace(device, orphan=True))


REFUSAL = Refusal(
    ("v3",), 3, verbatim("No datastream"), Message("fix_no_datastream", count=1, targets=("V3",))
)


def test_refused_readings_are_a_notice_with_reason_fix_and_two_buttons() -> None:
    device = msgspec.structs.replace(DEVICE, counts=JournalCounts(refused=3), refusals=(REFUSAL,))
    (notice,) = found(device)
    assert str(notice.message) == (
        "V3 has no datastream in Blynk: make it there, then send again. 3 readings were refused, "
        "the last: No datastream."
    )
    assert notice.tone == "warn"
    press(notice, "Look", "show_cloud")
    assert notice.also == "button_send_again"
    PRESSED.clear()
    for act in notice.acts[1:2]:
        assert act
        act()
    assert PRESSED == [("send_again", "greenhouse", ("v3",))]
    # Those of a device that has left the bench file can only be looked at.
    orphan = found(msgspec.structs.replace(device, orphan=True))
    assert [(notice.action, notice.also) for notice in orphan] == [("button_look", "")] * 2


def test_a_device_that_is_behind_is_a_notice() -> None:
    cloud = CloudStatus(CloudState.SENDING, SENTENCE, behind_s=480, trend=Trend.GROWING)
    assert [(n.tone, n.message) for n in found(msgspec.structs.replace(DEVICE, cloud=cloud))] == [
        ("warn", SENTENCE)
    ]
    # A delay that stays as it is asks for nothing; the light and the cloud pane say it.
    steady = msgspec.structs.replace(cloud, trend=Trend.STEADY)
    assert found(msgspec.structs.replace(DEVICE, cloud=steady)) == []
    fast = msgspec.structs.replace(cloud, behind_s=0)
    assert found(msgspec.structs.replace(DEVICE, cloud=fast)) == []


def test_readings_that_expired_in_this_run_are_a_notice() -> None:
    cloud = CloudStatus(CloudState.IDLE, verbatim(""), expired=2)
    (notice,) = found(msgspec.structs.replace(DEVICE, cloud=cloud))
    assert "2 readings have become too old" in str(notice.message)
    press(notice, "Look", "show_cloud")
    # Those that were discarded, or expired in an earlier run, are none.
    assert found(msgspec.structs.replace(DEVICE, counts=JournalCounts(readings=2, expired=2))) == []


def of_all(shown: str, *devices: DeviceStatus) -> list[tuple[str, str]]:
    status = BenchStatus("Bench 1", devices, "bench.db", 0, (verbatim("bench"),))
    return [(notice.device, str(notice.message)) for notice in notices(status, shown, HANDLERS)]


def test_the_notices_of_all_devices_name_their_device() -> None:
    gone = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("the port is gone"))
    first = msgspec.structs.replace(DEVICE, link=gone, datastreams=())
    second = msgspec.structs.replace(first, name="cellar")
    fine = msgspec.structs.replace(DEVICE, name="attic")
    # The empty plot of the device that is shown says it already.
    assert of_all("cellar", first, second, fine) == [("greenhouse", "the port is gone"), ("", "bench")]
    assert of_all("attic", first, second, fine) == [
        ("greenhouse", "the port is gone"),
        ("cellar", "the port is gone"),
        ("", "bench"),
    ]
    status = BenchStatus("Bench 1", (first, second, fine), "bench.db", 0)
    looks = [notice.look for notice in notices(status, "attic", HANDLERS)]
    PRESSED.clear()
    for look in looks:
        assert look
        look()
    assert PRESSED == [("look_at", "greenhouse"), ("look_at", "cellar")]


def test_orphans_without_anything_to_decide_are_not_mentioned_unless_they_are_shown() -> None:
    left = msgspec.structs.replace(
        DEVICE, name="old", orphan=True, link=LinkStatus(), cloud=CloudStatus(), counts=JournalCounts(9, 9)
    )
    gone = str(Message("device_left_bench"))
    assert of_all("greenhouse", DEVICE, left) == [("", "bench")]
    assert of_all("old", DEVICE, left) == [("old", gone), ("", "bench")]
    held = msgspec.structs.replace(left, counts=JournalCounts(9, pending=1, held=1))
    refused = msgspec.structs.replace(left, refusals=(REFUSAL,))
    assert of_all("greenhouse", DEVICE, held) == [("old", gone), ("", "bench")]
    assert of_all("greenhouse", DEVICE, refused)[1:] == [("old", gone), ("", "bench")]


def test_fixes_are_offered_for_a_device_of_the_bench_file() -> None:
    unreadable = Message("bytes_without_line_ends")
    device = DeviceConfig(name="greenhouse", port="COM5")
    (fix,) = fixes_for(DEVICE, {"greenhouse": device}, None, unreadable)
    assert fix.kind is Kind.FIND_BAUD_RATE
    assert fixes_for(DEVICE, {"cellar": device}, unreadable) == ()
    assert fixes_for(msgspec.structs.replace(DEVICE, orphan=True), {"greenhouse": device}, unreadable) == ()


def test_notices_about_the_same_thing_have_equal_keys() -> None:
    first, second = (Notice("warn", Message("ago", seconds=n), device="a") for n in (1, 2))
    assert first.key == second.key != first._replace(device="b").key
    assert first.key != first._replace(message=Message("just_now")).key


def test_notices_look_the_same_whatever_their_buttons_do() -> None:
    first = Notice("warn", Message("just_now"), "button_look", lambda: None, device="a")
    assert first.seen == first._replace(act=lambda: None, look=lambda: None).seen
    for other in (first._replace(tone="bad"), first._replace(action=""), first._replace(device="b")):
        assert first.frame != other.frame
        assert first.seen != other.seen
    other = first._replace(message=Message("ago", seconds=1))
    assert first.frame == other.frame
    assert first.seen != other.seen


def test_readings_that_cannot_be_written_are_the_gravest_notice_and_replace_the_warning() -> None:
    reason = Message("journal_write_failed", path="b.db", words="full")
    other = verbatim("another warning")
    boards = [
        msgspec.structs.replace(
            DEVICE, name=name, unwritten=UnwrittenReadings(count, reason if count else None)
        )
        for name, count in (("a", 0), ("b", 60), ("c", 2))
    ]
    status = BenchStatus("Bench 1", tuple(boards), "b.db", 0, (reason, other))
    assert [(notice.tone, str(notice.message)) for notice in notices(status, "a", HANDLERS)] == [
        (
            "bad",
            "62 readings are not in the journal yet, and are lost if the program ends now. "
            "b.db: the journal cannot be written (full): is the disk full?",
        ),
        ("warn", "another warning"),
    ]
    # Without readings, it is only a warning; when the bench has stopped, the bench says what is lost.
    lost = Message("readings_lost_at_end", path="b.db", count=62)
    stopped = msgspec.structs.replace(status, warnings=(reason, lost))
    assert [(notice.tone, notice.message) for notice in notices(stopped, None, HANDLERS)] == [
        *(("warn", reason), ("bad", lost)),
    ]


def test_devices_are_alike_if_only_the_age_of_a_state_differs() -> None:
    def stopped(seconds: int) -> DeviceStatus:
        link = LinkStatus(LinkState.SILENT, Message("board_stopped", port="COM5", seconds=seconds))
        return msgspec.structs.replace(DEVICE, link=link)

    other = msgspec.structs.replace(DEVICE, name="other")
    assert are_alike((DEVICE, stopped(15)), (DEVICE, stopped(16)))
    assert not are_alike((stopped(15),), (DEVICE,))
    assert not are_alike((stopped(15),), (msgspec.structs.replace(stopped(16), lost_bytes=1),))
    assert not are_alike((DEVICE,), (DEVICE, other))
    assert not are_alike((DEVICE,), (other,))

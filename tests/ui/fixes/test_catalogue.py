"""Which sentences have buttons for what they advise, and which advise what only the user can do."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from app.config.bench_file import DeviceConfig, Forward, UnknownPins
from app.config.serial_settings import Parity
from app.messages.catalogue import CATALOGUE
from app.messages.english import bench, boards, cloud, refusals, wire
from app.messages.message import Message
from app.wire.datastreams import Datastream, DatastreamType
from app.wire.readings import Grammar
from app.wire.readings import Kind as LineKind
from ui.fixes.catalogue import Subject, codes, fixes_of, fixes_of_all, fixes_of_form, fixes_of_refused
from ui.fixes.changes import changed, split
from ui.fixes.fix import Fix, Kind

DEVICE = DeviceConfig(name="a", port="COM1", server="https://blynk.cloud", auth_token="keyring:a")

OF_THE_USER = {
    # At the board
    *("board_silent", "board_stopped", "only_blank_lines", "last_line_not_taken", "board_restarts"),
    *("board_begins_anew", "board_browned_out", "watchdog_restarts_board", "watchdog_restarted_board"),
    *("sketch_restarts_board", "board_without_sketch", "board_waits_for_upload"),
    *("port_went_away", "port_went_away_often", "port_fails_at_once", "connection_went_away"),
    *("connection_went_away_often", "connection_fails_at_once", "port_not_answering"),
    *("socket_not_answering", "network_not_reached", "network_name_unknown", "device_not_encrypted"),
    # At this computer
    *("port_held", "port_busy", "port_busy_or_stale", "log_in_for_port_group", "port_read_failed"),
    *("recording_not_started", "recording_write_failed", "recording_too_slow", "recording_not_opened"),
    *("readings_lost_at_end", "file_not_written", "journal_needs_disconnecting", "recording_not_forwarded"),
    "output_is_recording",
    *("cloud_certificate_not_trusted", "cloud_tls_failed", "cloud_proxy_refuses", "cloud_host_unknown"),
    *("cloud_connection_refused", "cloud_no_connection", "cloud_internal_error", "clock_ahead"),
    "clock_behind",
    # In the sketch
    *(entry.code for entry in wire.ENTRIES if entry.code.startswith("hint_") and entry.code not in codes()),
    # In Blynk, or with a copy of the token
    *("refused_unknown_event", "token_unknown", "token_unknown_to_blynk", "not_like_blynk"),
    *("token_unknown_so_far", "server_redirects", "server_broke_off"),
    *(entry.code for entry in cloud.ENTRIES if entry.code.startswith("near_")),
    # In the text output of commands
    *("held_of_left_device", "held_for_other_account", "some_readings_refused"),
}
"""What these sentences advise, the program cannot do."""
OF_A_DIALOG = {"token_redirected", "token_elsewhere"}
"""These sentences are only in a dialog that has a button for them."""
STATES = {
    *("port_open_nothing_yet", "port_open_first_bytes", "lines_come_in", "last_line_ago"),
    *("port_open_first_line", "baud_rate_searched", "line_not_taken", "port_not_open_yet", "port_closed"),
    *("board_at", "replay_ended", "not_a_recording", "recording_start_unknown"),
    *("recording_header_unreadable", "simulated_board_unplugged"),
    *(entry.code for entry in wire.ENTRIES if entry.code.startswith("character_")),
    *("no_server", "cloud_sending", "cloud_behind", "cloud_behind_shrinking", "cloud_all_sent"),
    *("cloud_not_written", "cloud_behind_longer"),
    *("cloud_sent_and_superseded", "cloud_sent_but", "rest_refused", "rest_held", "rest_expired"),
    *("cloud_none_sent_but", "cloud_nothing_to_send", "cloud_trying_now", "cloud_budget_spent"),
    *("skipped_by_user", "unchanged"),
    *("call_accepted", "cloud_asks_slower", "cloud_asks_again", "cloud_server_error"),
    *("cloud_quota_used_up", "cloud_plan_used_up", "cloud_limit_reached", "cloud_call_too_large"),
    *(
        "answer_page",
        "answer_text",
        "cloud_answer",
        "cloud_answer_empty",
        "cloud_answer_page",
        "cloud_answers_all",
        "token_accepted",
    ),
    *("cloud_answer_timed_out", "cloud_connection_lost", "events_too_old", "events_too_old_soon"),
    *(entry.code for entry in cloud.ENTRIES if entry.code.startswith("forecast_")),
    *("refused_wrong_pin", "refused_wrong_datastream_id", "refused_wrong_type"),
    *("refused_pin_without_datastream", "refused_unknown_datastream", "refused_event_without_code"),
    *("warning_over", "bytes_dropped_so_far", "cloud_takes_readings", "decision_failed"),
    "bench_stopped_meanwhile",
    *("bench_not_changed", "device_data_moved", "device_left"),
    *(entry.code for entry in bench.ENTRIES if entry.code.startswith("menu_fault_")),
    *(entry.code for entry in (*boards.ENTRIES, *bench.ENTRIES) if entry.code.startswith("run_")),
    *(entry.code for entry in wire.ENTRIES if entry.code.startswith("label_")),
}
"""These sentences advise nothing."""
CONTAIN_ADVICE = {
    *("lines_rejected_since", "many_lines_rejected", "no_valid_lines", "numbers_kept_as_text"),
    *("kept_as_text", "port_no_permission", "cloud_behind_growing", "cloud_pins_fail", "overload"),
    *("overload_slow", "overload_points", "readings_refused_why"),
}
"""What these sentences advise is a sentence of its own in them."""


def fixes(code: str, device: DeviceConfig = DEVICE, count: int = 1, **params: Any) -> tuple[Fix, ...]:
    return fixes_of(Message(code, **params), Subject(device, count))


def labels(found: tuple[Fix, ...]) -> list[str]:
    return [str(fix.label) for fix in found]


def with_keys(**keys: Any) -> DeviceConfig:
    return msgspec.structs.replace(DEVICE, **keys)


def test_every_sentence_has_a_button_or_says_what_only_the_user_can_do() -> None:
    entries = [entry.code for module in (boards, wire, cloud, bench, refusals) for entry in module.ENTRIES]
    kinds = [codes(), OF_THE_USER, OF_A_DIALOG, STATES, CONTAIN_ADVICE]
    assert {code: sum(code in kind for kind in kinds) for code in entries} == dict.fromkeys(entries, 1)


def test_every_code_with_a_button_is_in_the_catalogue() -> None:
    assert {code for kind in (codes(), OF_THE_USER, STATES, CONTAIN_ADVICE) for code in kind} <= set(
        CATALOGUE
    )


def test_a_message_without_advice_has_no_button() -> None:
    assert fixes("cloud_all_sent") == ()
    assert fixes_of(None, Subject(DEVICE)) == ()


def test_a_wrong_baud_rate_can_be_found_or_tried() -> None:
    found = fixes("bytes_unreadable", port="COM1", baud_rate=115200)
    assert labels(found) == ["Find the baud rate", "Try 9600"]
    assert (found[0].kind, found[1].kind, found[1].values) == (
        *(Kind.FIND_BAUD_RATE, Kind.SET),
        {"baud_rate": 9600},
    )
    other = fixes("bytes_unreadable", with_keys(baud_rate=9600), port="COM1", baud_rate=9600)
    assert labels(other) == ["Find the baud rate", "Try 115200"]


def test_a_port_without_a_baud_rate_has_no_button_for_it() -> None:
    assert fixes("bytes_unreadable", with_keys(port="socket://host:1"), port="x", baud_rate=1) == ()


def test_the_hint_in_a_message_about_lines_has_its_button() -> None:
    hint = Message("hint_fraction", number="21.5")
    (fix,) = fixes("no_valid_lines", port="COM1", reason="not_an_integer", words=hint)
    assert (fix.kind, str(fix.label), fix.text) == (Kind.TYPE, "Make it a double", "hint_fraction")


def test_messages_in_a_list_are_searched_too() -> None:
    message = Message("cloud_sent_but", rest=("x", Message("readings_held", count=2)))
    assert labels(fixes_of(message, Subject(DEVICE))) == ["Send here", "Discard…"]


def test_a_wrong_token_can_be_changed_and_its_region_found() -> None:
    trouble = Message("cloud_invalid_token")
    found = fixes("cloud_next_try", trouble=trouble, count=2, wait=3.0)
    assert labels(found) == ["Change token…", "Choose the region…", "Try now"]


def test_the_region_that_the_cloud_names_can_be_taken_once() -> None:
    server = "https://ny3.blynk.cloud"
    (fix,) = fixes("cloud_region", region="ny3", server=server)
    assert (str(fix.label), fix.values) == (f"Use {server}", {"server": server})
    assert fixes("cloud_region", with_keys(server=server), region="ny3", server=server) == ()


def test_a_sentence_that_comes_twice_has_one_button() -> None:
    held = Message("readings_held", count=1)
    assert len(fixes_of_all([held, None, held], Subject(DEVICE))) == 2


SILENT = {
    "board_silent_without_reset": {"reset_on_connect": True},
    "board_silent_without_dtr": {"dtr": True},
    "board_silent_with_dtr": {"dtr": False, "rts": False},
}


@pytest.mark.parametrize("code", SILENT)
def test_what_a_silent_board_may_need_can_be_set(code: str) -> None:
    device = with_keys(reset_on_connect=False, dtr=code == "board_silent_with_dtr")
    (fix,) = fixes(code, device, port="COM1", seconds=9)
    assert fix.values == SILENT[code]
    msgspec.structs.replace(device, **fix.values)


def test_settings_of_the_line_can_be_the_usual_ones_again() -> None:
    found = fixes("port_settings_not_taken", with_keys(data_bits=7, parity=Parity.EVEN), port="COM1")
    assert labels(found) == ["Use 8N1", "Try 9600"]
    assert labels(fixes("port_settings_not_taken", port="COM1")) == ["Try 9600"]


def test_a_server_without_rfc2217_is_read_as_a_socket() -> None:
    (fix,) = fixes("rfc2217_not_spoken", with_keys(port="rfc2217://host:4000"), port="x")
    assert fix.values == {"port": "socket://host:4000"}
    assert fixes("rfc2217_not_spoken", port="x") == ()


def test_the_command_for_the_port_s_group_can_be_copied() -> None:
    fix = fixes("port_no_permission", port="x", fix=Message("join_port_group", group="dialout"))[0]
    assert (fix.kind, fix.text) == (Kind.COPY, "sudo usermod -aG dialout $USER")


def test_unknown_pins_can_be_added_or_all_be_forwarded() -> None:
    found = fixes("hint_unknown_pin", with_keys(unknown_pins=UnknownPins.REJECT))
    assert labels(found) == ["Add it", "Forward unknown pins"]
    assert labels(fixes("hint_unknown_pin")) == ["Add it"]


@pytest.mark.parametrize(
    ("keys", "count", "interval_s"),
    [({}, 1, 1), ({}, 15, 2), ({"batch": True}, 50, 1), ({"interval_s": 30.0}, 2, 30)],
)
def test_only_the_latest_are_sent_as_often_as_allowed(
    keys: dict[str, Any], count: int, interval_s: float
) -> None:
    (fix,) = fixes("overload", with_keys(**keys), count, comes=9.0, may=1.0, advice=Message("advice_latest"))
    assert fix.values == {"forward": Forward.LATEST, "interval_s": float(interval_s)}


def test_a_server_without_a_pace_needs_no_longer_interval() -> None:
    device = with_keys(server="http://127.0.0.1:1", requests_per_s=0.0)
    (fix,) = fixes("advice_latest", device, 50)
    assert fix.values["interval_s"] == 1.0


def test_too_many_requests_can_be_batched_or_made_less_often() -> None:
    device = with_keys(forward=Forward.LATEST)
    message: dict[str, Any] = {"count": 20, "interval": 1.0, "needed": 20.0, "may": 10.0}
    found = fixes("overload_latest", device, advice=Message("advice_batch_or_interval"), **message)
    assert labels(found) == ["Send in batches", "Send every 2 s"]
    advice = Message("advice_interval")
    intervals = [
        [fix.values["interval_s"] for fix in fixes("overload_latest", device, advice=advice, **found)]
        for found in (message | {"may": 0.01}, message | {"may": 0.0})
    ]
    assert intervals == [[2.0, 3600.0], [2.0]]
    assert fixes("advice_batch_or_latest", with_keys(batch=True))[0].label.code == "button_send_latest"


def test_a_very_long_interval_is_whole_hours() -> None:
    (fix,) = fixes("advice_interval", with_keys(interval_s=4000.0))
    assert fix.values == {"interval_s": 10800.0}


def test_more_points_a_day_can_be_allowed() -> None:
    (fix,) = fixes("readings_too_old_soon", came=0, hours=3)
    assert (str(fix.label), fix.values) == ("Raise the daily limit to 20,000", {"daily_points": 20000})


def test_a_text_that_is_a_number_can_be_sent_as_one() -> None:
    reason = Message("refused_wrong_type", words="no")
    (fix,) = fixes_of_refused(reason, "21.5")
    assert str(fix.label) == "Make it a double"
    assert fixes_of_refused(reason, "calm") == fixes_of_refused(reason, 21.5) == ()
    assert fixes_of_refused(Message("refused_wrong_pin", words="no"), "21.5") == ()


def test_a_form_without_a_token_can_be_plotted_only() -> None:
    (fix,) = fixes_of_form(Message("token_not_given"))
    assert (fix.kind, str(fix.label)) == (Kind.PLOT_ONLY, "Plot only")
    assert fixes_of_form(Message("port_not_chosen")) == ()
    assert "token_not_given" in codes()


def test_held_readings_are_sent_here_only_if_there_is_a_server() -> None:
    for code in ("readings_held", "cloud_readings_held"):
        assert labels(fixes(code)) == ["Send here", "Discard…"]
        assert labels(fixes(code, with_keys(server="", auth_token=""))) == ["Discard…"]


@pytest.mark.parametrize(
    ("datastream", "line", "label"),
    [
        (Datastream(virtual_pin=1, max=5.0), b"v1=6", "Widen the range"),
        (Datastream(virtual_pin=1, min=5.0), b"v1=4", "Widen the range"),
        (Datastream(virtual_pin=1, max=5.0, scale=2.0), b"v1=4", "Widen the range"),
        (Datastream(virtual_pin=1, min=5.0, scale=2.0), b"v1=2", "Widen the range"),
        (Datastream(virtual_pin=1, type=DatastreamType.ENUM, values=(1, 2)), b"v1=3", "Allow this value"),
    ],
)
def test_a_number_out_of_range_has_a_button_that_helps(
    datastream: Datastream, line: bytes, label: str
) -> None:
    device = with_keys(datastream=(datastream,))
    (fix,) = fixes_of(Grammar([datastream]).judge(line).hint, Subject(device))
    assert str(fix.label) == label
    after = changed(device, fix, *split(line.decode()))
    assert after
    assert Grammar(after.datastream).judge(line).kind is LineKind.ACCEPTED

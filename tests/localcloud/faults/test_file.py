"""The faults file, and which calls meet which faults: always the same ones for the same seed."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path

import msgspec
import pytest

from app import localcloud
from app.config.documents import load, parse, parse_json
from app.config.errors import ConfigError
from app.localcloud.faults.file import Fault, FaultKind, FaultsFile, Per
from app.localcloud.faults.schedule import Call, FaultSchedule, Match, targets_of

CALL = Call("board", frozenset({"v1"}), 100)


def kinds(play: FaultSchedule, calls: int, step_ms: int = 0, call: Call = CALL) -> list[str]:
    """The kind of fault that each of `calls` calls meets, or `-`. A call comes every `step_ms`, from 0 on."""
    met = [play.meet(call, number * step_ms) for number in range(calls)]
    return [entry.fault.fault.value if entry.fault else "-" for entry in met]


def play(*entries: Fault, seed: int = 0) -> FaultSchedule:
    return FaultSchedule(FaultsFile(seed=seed, fault=entries), 0)


def test_every_kind_can_be_written(tmp_path: Path) -> None:
    needs = {"latency": "delay_s = 1", "rate_limit": "requests_per_s = 5", "quota": "messages = 3"}
    text = "seed = 4\n" + "".join(
        f'[[fault]]\nfault = "{kind}"\n{needs.get(kind, "")}\n' for kind in FaultKind
    )
    (tmp_path / "f.toml").write_text(text)
    file = load(tmp_path / "f.toml", FaultsFile)
    assert file.seed == 4
    assert [entry.fault for entry in file.fault] == list(FaultKind)
    assert parse_json(msgspec.json.encode(file), FaultsFile) == file
    shown = FaultSchedule(file, 0).shown(0)
    assert len({entry.message for entry in shown}) == len(FaultKind)
    assert parse(b"", "x", FaultsFile) == FaultsFile()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("share = 0.5", "fault[0]: fault is missing: add it"),
        ('fault = "down"\nshre = 1', "fault[0]: unknown key shre: did you mean share?"),
        ('fault = "down"\nshare = "half"', "fault[0].share: expected a number, got a text in quotes"),
        (
            'fault = "down"\nshare = 0.0',
            "fault[0]: share is a part of the calls: write a number above 0 and at most 1",
        ),
        (
            'fault = "down"\nevery = 0',
            "fault[0]: every = 1 is each call, 2 every second one: write 1 or more",
        ),
        ('fault = "down"\ncount = -1', "fault[0]: count must be at least 0"),
        ('fault = "down"\nfrom_s = nan', "fault[0]: from_s is a time in seconds: write 0 or more"),
        ('fault = "rate_limit"\nrequests_per_s = 0', "fault[0]: requests_per_s must be greater than 0"),
        ('fault = "rate_limit"', "fault[0]: rate_limit needs requests_per_s: add it"),
        (
            'fault = "too_many_requests"\nretry_after_s = -1',
            "fault[0]: retry_after_s must be at least 0",
        ),
        (
            'fault = "wrong_region"\nto = "lon1"',
            'fault[0]: to takes an address and nothing more: write one such as "https://fra1.blynk.cloud"',
        ),
        (
            'fault = "server_error"\nstatus = 200',
            "fault[0]: status = 200 is not within 400…599",
        ),
        (
            'fault = "down"\nhold_s = 1',
            "fault[0]: hold_s belongs to no_answer or lost_answer, not to down: take it out",
        ),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_with_the_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(f"[[fault]]\n{text}".encode(), "faults.toml", FaultsFile)
    assert str(error.value) == f"faults.toml: {message}"


NEEDS: dict[str, dict[str, float]] = {
    "latency": {"delay_s": 1.0},
    "rate_limit": {"requests_per_s": 5.0},
    "quota": {"messages": 3},
}
BELONGS: dict[str, tuple[object, set[str]]] = {
    "status": (500, {"server_error", "quota"}),
    "retry_after_s": (1, {"too_many_requests", "server_error", "rate_limit"}),
    "as_date": (True, {"too_many_requests", "server_error", "rate_limit"}),
    "to": ("https://lon1.blynk.cloud", {"wrong_region"}),
    "down_s": (1.0, {"down"}),
    "hold_s": (1.0, {"no_answer", "lost_answer"}),
    "delay_s": (1.0, {"latency", "slow_body"}),
    "spread_s": (1.0, {"latency"}),
    "requests_per_s": (1.0, {"rate_limit"}),
    "messages": (1, {"quota"}),
    "per": ("month", {"quota"}),
    "over_bytes": (1, {"too_large"}),
}


def takes(kind: str, key: str, value: object) -> bool:
    """Whether an entry of this kind may have this key with this value."""
    try:
        msgspec.convert({"fault": kind, **NEEDS.get(kind, {}), key: value}, Fault)
    except msgspec.ValidationError:
        return False
    return True


@pytest.mark.parametrize("key", BELONGS)
def test_a_key_is_accepted_only_for_the_kinds_that_use_it(key: str) -> None:
    value, kinds_of_it = BELONGS[key]
    assert {str(kind) for kind in FaultKind if takes(kind, key, value)} == kinds_of_it
    everywhere = {"fault", "share", "every", "count", "from_s", "for_s", "device", "virtual_pin", "id"}
    assert {*Fault.__struct_fields__} == everywhere | {*BELONGS}


@pytest.mark.parametrize("kind", NEEDS)
def test_a_key_that_a_kind_needs_is_required(kind: str) -> None:
    (needed,) = NEEDS[kind]
    with pytest.raises(ConfigError, match=rf"^fault\[0\]: {kind} needs {needed}: add it$"):
        parse_json(msgspec.json.encode({"fault": [{"fault": kind}]}), FaultsFile)


@pytest.mark.parametrize(
    ("key", "kind", "good", "bad"),
    [
        ("share", "down", [0.001, 1.0], [0.0, -0.5, 1.001, math.nan]),
        ("every", "down", [1, 2], [0, -1]),
        ("count", "down", [0, 1], [-1]),
        ("messages", "quota", [0, 1], [-1]),
        *[(key, "down", [0.0, 1e9], [-0.5, math.inf, math.nan]) for key in ("from_s", "for_s", "down_s")],
        ("hold_s", "no_answer", [0.0, 1e9], [-0.5, math.inf, math.nan]),
        *[(key, "latency", [0.0, 1e9], [-0.5, math.inf, math.nan]) for key in ("delay_s", "spread_s")],
        ("requests_per_s", "rate_limit", [0.001, 1e9], [0.0, -1.0, math.inf, math.nan]),
        ("retry_after_s", "rate_limit", [0, 1, 10**9], [-1, 10**9 + 1]),
        ("status", "quota", [400, 599], [399, 600]),
        (
            "to",
            "wrong_region",
            ["https://lon1.blynk.cloud", "http://127.0.0.1:8080", "http://[::1]:80"],
            ["lon1", "ftp://lon1.blynk.cloud", "https://lon1.blynk.cloud/x", "https://a b"],
        ),
        ("per", "quota", ["month", "total"], ["week"]),
    ],
)
def test_values_at_their_limits(key: str, kind: str, good: list[object], bad: list[object]) -> None:
    assert [value for value in good if not takes(kind, key, value)] == []
    assert [value for value in bad if takes(kind, key, value)] == []


def test_every_nth_call_at_most_count_times_and_only_in_its_time() -> None:
    third = Fault(fault=FaultKind.FORBIDDEN, every=3, count=2)
    assert kinds(play(third), 10) == ["-", "-", "forbidden"] * 2 + ["-"] * 4
    timed = Fault(fault=FaultKind.FORBIDDEN, from_s=2, for_s=3)
    assert kinds(play(timed), 7, 1000) == ["-", "-", "forbidden", "forbidden", "forbidden", "-", "-"]


def test_a_share_is_the_same_for_the_same_seed() -> None:
    assert FaultsFile() == FaultsFile(seed=0, fault=())
    half = Fault(fault=FaultKind.LOST_ANSWER, share=0.5)
    first, again, other = (kinds(play(half, seed=seed), 400) for seed in (1, 1, 2))
    assert first == again != other
    assert 160 < first.count("lost_answer") < 240


def test_a_random_number_is_drawn_only_if_it_decides() -> None:
    forbidden = Fault(fault=FaultKind.FORBIDDEN, share=0.2)
    alone = kinds(play(forbidden, seed=3), 200)
    assert 20 < alone.count("forbidden") < 60
    sure = Fault(fault=FaultKind.LATENCY, delay_s=0.0)
    assert kinds(play(sure, sure, forbidden, seed=3), 200) == alone
    assert play(sure, seed=3).meet(CALL, 0) == Match(0.0, None)
    # A call meets the fault if the random number is below the share, not if they are equal.
    first = random.Random(3).random()
    assert kinds(play(Fault(fault=FaultKind.FORBIDDEN, share=first), seed=3), 1) == ["-"]


def test_the_first_that_matches_is_played_and_latency_is_added() -> None:
    slow = Fault(fault=FaultKind.LATENCY, delay_s=1)
    spread = Fault(fault=FaultKind.LATENCY, delay_s=1, spread_s=2)
    down, forbidden = Fault(fault=FaultKind.DOWN), Fault(fault=FaultKind.FORBIDDEN)
    assert play(slow, slow, down, forbidden).meet(CALL, 0) == Match(2, down)
    assert play(slow).meet(CALL, 0) == Match(1, None)
    delays = [play(spread, seed=seed).meet(CALL, 0).delay_s for seed in range(50)]
    assert all(1 <= delay < 3 for delay in delays)
    assert max(delays) - min(delays) > 1


@pytest.mark.parametrize(
    ("key", "value", "query", "meets"),
    [
        ("virtual_pin", 1, b"token=T&v1=5", True),
        ("virtual_pin", 1, b"token=T&V1=5", True),
        ("virtual_pin", 1, b"token=T&v2=5&v1=6", True),
        ("virtual_pin", 1, b"token=T&pin=v1&label=x", True),
        ("virtual_pin", 1, b"token=T&v11=5", False),
        ("virtual_pin", 1, b"token=T&v1", True),
        ("virtual_pin", 1, b"token=T&%76%31=5", True),
        ("virtual_pin", 0, b"token=T&v1=5", False),
        ("id", 7, b"token=T&dataStreamId=7&value=5", True),
        ("id", 7, b"token=T&v7=5", False),
        ("device", "board", b"", True),
        ("device", "other", b"", False),
        ("over_bytes", 99, b"", True),
        ("over_bytes", 100, b"", False),
    ],
)
def test_filters(key: str, value: object, query: bytes, meets: bool) -> None:
    entry = msgspec.structs.replace(Fault(fault=FaultKind.TOO_LARGE), **{key: value})
    call = Call("board", targets_of(query), 100)
    assert (play(entry).meet(call, 0).fault is not None) is meets


def test_a_rate_limit_counts_each_device_separately() -> None:
    limit = play(Fault(fault=FaultKind.RATE_LIMIT, requests_per_s=2))
    assert kinds(limit, 7, 250) == ["-", "-", "rate_limit", "rate_limit", "-", "-", "rate_limit"]
    assert limit.meet(CALL._replace(device="other"), 1500).fault is None
    odd = play(Fault(fault=FaultKind.RATE_LIMIT, requests_per_s=2.5))
    assert kinds(odd, 5) == ["-"] * 3 + ["rate_limit"] * 2
    assert [odd.meet(CALL, now_ms).fault is None for now_ms in (1199, 1200)] == [False, True]
    slow = play(Fault(fault=FaultKind.RATE_LIMIT, requests_per_s=0.1))
    assert kinds(slow, 11, 1000) == ["-", *["rate_limit"] * 9, "-"]


def test_a_quota_in_total_and_per_month() -> None:
    total = play(Fault(fault=FaultKind.QUOTA, messages=2))
    assert kinds(total, 4) == ["-", "-", "quota", "quota"]
    assert total.meet(CALL, 40 * 86_400_000).fault is not None
    month = play(Fault(fault=FaultKind.QUOTA, messages=1, per=Per.MONTH))
    days_ms = 86_400_000
    times_ms = (0, 31 * days_ms - 1, 31 * days_ms, 32 * days_ms)
    assert [month.meet(CALL, now_ms).fault is None for now_ms in times_ms] == [True, False, True, False]


WORDS = {
    "body": "answers have a body",
    "captive_portal": "a login page answers",
    "invalid_token": "answers 400: invalid_token",
    "wrong_pin": "answers 400: wrong_pin",
    "wrong_datastream_id": "answers 400: wrong_datastream_id",
    "wrong_value": "answers 400: wrong_value",
    "no_datastream": "answers 400: no_datastream",
    "unknown_datastream": "answers 400: unknown_datastream",
    "unknown_content_type": "answers 400: unknown_content_type",
    "too_much_data": "answers 400: too_much_data",
    "other_400": "answers 400 with an unknown text",
    "forbidden": "answers 403",
    "not_found": "answers 404",
    "too_large": "answers 413",
    "too_many_requests": "answers 429",
    "wrong_region": "answers 308",
    "server_error": "answers 503",
    "down": "the cloud goes down",
    "no_answer": "does not answer",
    "lost_answer": "answers get lost",
    "reset_before": "connections are reset before the answer",
    "reset_in": "connections are reset in the answer",
    "reset_after": "connections are reset after the answer",
    "endless_body": "answers do not end",
    "slow_body": "answers come letter by letter",
    "short_body": "answers are shorter than they say",
    "long_body": "answers are longer than they say",
    "latency": "answers come 0.5 s later",
    "rate_limit": "takes 5.5 requests a second",
    "quota": "takes 3 messages",
}


def test_each_kind_has_its_text() -> None:
    needs: dict[str, dict[str, object]] = {
        "latency": {"delay_s": 0.5},
        "rate_limit": {"requests_per_s": 5.5},
        "quota": {"messages": 3},
    }
    file = {"fault": [{"fault": kind, **needs.get(kind, {})} for kind in FaultKind]}
    shown = FaultSchedule(parse_json(msgspec.json.encode(file), FaultsFile), 0).shown(0)
    assert dict(zip(FaultKind, [str(entry.message) for entry in shown], strict=True)) == WORDS


def test_the_page_of_the_local_cloud_has_every_kind() -> None:
    page = (Path(localcloud.__file__).parent / "README.md").read_text(encoding="utf-8")
    kinds = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    assert sorted(re.findall(r"`(\w+)`", "".join(kinds))) == sorted(FaultKind)


def test_what_is_shown_to_the_user() -> None:
    running = play(
        Fault(fault=FaultKind.SERVER_ERROR, status=500, every=2, virtual_pin=3),
        Fault(fault=FaultKind.LATENCY, delay_s=0.5, spread_s=1, device="greenhouse"),
        Fault(fault=FaultKind.WRONG_VALUE, share=0.25, id=7, count=0),
        Fault(fault=FaultKind.LATENCY, delay_s=0.0, spread_s=2.0),
        Fault(fault=FaultKind.QUOTA, messages=0, per=Per.MONTH, share=0.125),
        Fault(fault=FaultKind.SERVER_ERROR, virtual_pin=0, id=1),
    )
    kinds(running, 4, call=Call("greenhouse", frozenset({"v3"}), 1))
    assert [(str(entry.message), entry.hits, entry.on) for entry in running.shown(0)] == [
        ("answers 500, one call in 2, V3", 2, True),
        ("answers come 0.5 to 1.5 s later, device greenhouse", 2, True),
        ("answers 400: wrong_value, 25 % of the calls, id 7", 0, False),
        ("answers come 0 to 2 s later", 2, True),
        ("takes 0 messages a month, 12.5 % of the calls", 0, True),
        ("answers 503, V0, id 1", 0, True),
    ]
    later = FaultsFile(fault=(Fault(fault=FaultKind.FORBIDDEN, from_s=2),))
    running.switch(later, 10_000)
    assert running.file is later
    assert [running.meet(CALL, now_ms).fault is None for now_ms in (11_999, 12_000)] == [True, False]
    running.switch(FaultsFile(), 0)
    assert running.shown(0) == []
    assert running.meet(CALL, 0) == Match()

"""The devices of a bench: what they share, and what they do not. No part of a bench shows a token."""

from __future__ import annotations

import sys

import pytest

from app.bench.bench import Bench
from app.bench.status import LinkState, PortInfo
from app.boards.ports.registry import PortRegistry
from app.config.loading import parse
from app.security import tokens
from app.wire.streams import Fate
from tests.bench.terminal import Terminal
from tests.bench.trial import Trial

OPENED = (LinkState.OPEN, LinkState.SILENT)
"""The states of an open port; it becomes silent after some seconds without a line."""


def two_devices(trial: Trial, ports: tuple[str, str], **keys: str) -> Bench:
    """A bench with the devices `a` and `b`, each with its own token; `keys` are added to both."""
    other = trial.cloud.token()
    trial.monkeypatch.setenv("PINBRIDGE_U", other)
    more = "".join(f"{key} = {value}\n" for key, value in keys.items())
    text = '[bench]\njournal = "b.db"\n[organisation.school]\nmonthly_messages = 1000\n' + "".join(
        f'[[device]]\nname = "{name}"\nport = "{port}"\nserver = "{trial.cloud.url}"\n'
        f'auth_token = "env:PINBRIDGE_{token}"\nrequests_per_s = 0\n{more}'
        for name, port, token in (("a", ports[0], "T"), ("b", ports[1], "U"))
    )
    config = parse(text.encode(), "bench.toml", trial.folder)
    return Bench(config, {device.name: tokens.resolve(device) for device in config.device})


def test_devices_of_an_organisation_share_its_messages_and_not_their_points(trial: Trial) -> None:
    other = Terminal()
    bench = two_devices(
        trial,
        (trial.board.port, other.port),
        organisation='"school"',
        forward='"timestamped"',
        interval_s="0.001",
    )
    bench.start()
    trial.wait(lambda: all(device.link.state in OPENED for device in bench.status().devices))
    trial.board.say(b"v1=1\n")
    other.say(b"v1=1\nv1=2\n")
    trial.wait(lambda: [device.counts.forwarded for device in bench.status().devices] == [1, 2])
    clouds = [device.cloud for device in bench.status().devices]
    bench.stop()
    other.unplug()
    sent = sum(cloud.requests for cloud in clouds)
    assert [cloud.messages_left for cloud in clouds] == [1000 - sent] * 2
    points = [str(cloud.forecast[-1]) for cloud in clouds]
    assert points == [
        "9,999 of the day's 10,000 points are left.",
        "9,998 of the day's 10,000 points are left.",
    ]


def test_a_board_claimed_by_its_place_is_not_given_to_another_device(trial: Trial) -> None:
    other = Terminal()
    there = [
        PortInfo(trial.board.port, "CH340", "1A86:7523", "", "1-3"),
        PortInfo(other.port, "CH340", "1A86:7523", "", "1-4"),
    ]
    trial.monkeypatch.setattr(
        "app.bench.bench.PortRegistry", lambda: PortRegistry(lambda: there, lambda: None)
    )
    bench = two_devices(trial, ("usb:1A86:7523@1-3", "usb:1A86:7523"))
    bench.start()
    trial.wait(lambda: all(device.link.state in OPENED for device in bench.status().devices))
    other.say(b"v1=5\n")
    trial.wait(lambda: [device.lines.lines for device in bench.status().devices] == [0, 1])
    bench.stop()
    other.unplug()


def test_a_token_that_a_board_prints_or_the_cloud_repeats_is_redacted(trial: Trial) -> None:
    trial.left(["v2=1\n"], fate=Fate.REFUSED, reason=f"{trial.token} is no pin")
    trial.monkeypatch.delenv("PINBRIDGE_T")
    bench = Bench(trial.config(), {"board": trial.token})
    bench.start()
    trial.wait(lambda: bench.status().devices[0].link.state in OPENED)
    trial.board.say(f"# {trial.token}\nv1={trial.token}\nv1 {trial.token}\n".encode())
    trial.wait(lambda: bench.status().devices[0].lines.lines == 3)
    trial.wait(lambda: bool(bench.rejected("board")) and bench.status().devices[0].counts.readings == 2)
    told = [bench.status(), bench.console("board", 0, 9), bench.rejected("board"), bench.refused("board")]
    bench.stop()
    assert trial.token not in repr(told)
    assert all("[token]" in repr(part) for part in told)


def test_the_usage_of_a_removed_budget_is_dropped(trial: Trial) -> None:
    trial.keys |= {"organisation.monthly_messages": "1000", "device.organisation": '"school"'}
    trial.started()
    trial.say("v1=1\n")
    trial.sent()
    trial.stop()
    trial.without("organisation.monthly_messages", "device.organisation")
    assert trial.made().status().devices[0].cloud.messages_left is None


def test_a_busy_thread_keeps_others_waiting_for_a_fifth_of_a_millisecond(trial: Trial) -> None:
    before_s = sys.getswitchinterval()
    try:
        trial.started()
        assert sys.getswitchinterval() == pytest.approx(0.0002)
    finally:
        sys.setswitchinterval(before_s)

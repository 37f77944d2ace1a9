"""A bench for another computer: what cannot be the same there is left out, or the user is told."""

from __future__ import annotations

import msgspec
import pytest

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.config.writing.export import export_text, exported
from tests.config.writing.test_any_bench import loaded


def messages(**keys: str) -> list[str]:
    config = BenchConfig(device=(msgspec.convert({"name": "a", "port": "simulated:"} | keys, DeviceConfig),))
    same, found = exported(config)
    assert same == config
    return [str(message) for message in found]


@pytest.mark.parametrize("path", ["/home/x/j.db", "C:\\x\\j.db", "c:j.db", "\\x\\j.db"])
def test_an_absolute_path_of_the_journal_is_left_out(path: str) -> None:
    text, found = export_text(BenchConfig(bench=BenchSection(name="B", journal=path, keep_days=5)))
    assert loaded(text) == BenchConfig(bench=BenchSection(name="B", keep_days=5))
    assert [str(message) for message in found] == [
        f"The journal {path} is on this computer, so its path is left out: "
        "the other computer makes a new journal in the folder for the user's data."
    ]


@pytest.mark.parametrize("path", ["", "j.db", "../data/j.db", "cd:j.db"])
def test_a_relative_path_of_the_journal_stays(path: str) -> None:
    config = BenchConfig(bench=BenchSection(journal=path))
    assert exported(config) == (config, [])


@pytest.mark.parametrize(
    ("port", "is_told"),
    [
        ("COM5", True),
        ("/dev/ttyACM0", True),
        ("/dev/serial/by-path/pci-0000:00", True),
        ("usb:2341:0043@1-2", True),
        ("usb:2341:0043:85734323", False),
        ("usb:2341:0043", False),
        ("socket://localhost:9000", True),
        ("rfc2217://127.0.0.1:9000", True),
        ("socket://lab.example:9000", False),
        ("simulated:", False),
    ],
)
def test_a_port_of_this_computer_is_told(port: str, is_told: bool) -> None:
    expected = f"a: {port} is a port of this computer. Choose the board's port on the other computer."
    assert messages(port=port) == [expected] * is_told


def test_what_else_is_on_this_computer_is_told() -> None:
    assert messages(port="replay:x.pbr") == [
        "a: the recording x.pbr is not in the file. Copy it too, and correct the port."
    ]
    assert messages(server="http://127.0.0.1:8080", auth_token="env:PINBRIDGE_T") == [
        "a: the server http://127.0.0.1:8080 is this computer. Write another address on the other computer.",
        "a: the auth token is not in the file. "
        "Set the environment variable PINBRIDGE_T on the other computer.",
    ]


def test_the_tokens_to_enter_are_told_in_one_message() -> None:
    devices = [
        DeviceConfig(name=name, port=f"usb:2341:0043:{name}", server="https://blynk.cloud", auth_token=token)
        for name, token in (("a", "keyring:a"), ("b", "keyring:b"))
    ]
    text, found = export_text(BenchConfig(device=tuple(devices)))
    assert [str(message) for message in found] == [
        "The file has no auth tokens. On the other computer, enter those of a and b."
    ]
    assert loaded(text).device == tuple(devices)

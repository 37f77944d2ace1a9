"""The options of `pinbridge cloud`, run as a process that serves until a signal ends it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from app.security import redaction
from tests.commands.table import Runner
from tests.last_words import ending
from tests.processes import TOKEN, start


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_local_cloud_has_its_address_devices_and_faults_until_it_is_ended(
    tmp_path: Path, number: signal.Signals
) -> None:
    devices, faults = tmp_path / "devices.toml", tmp_path / "faults.toml"
    devices.write_text(f'[[device]]\nname = "board"\nauth_token = "{TOKEN}"\nopen = true\n')
    faults.write_text('[[fault]]\nfault = "server_error"\nvirtual_pin = 2\n')
    options = ("--listen", "localhost:0", "--devices", str(devices), "--faults", str(faults))
    with start("cloud", *options) as cloud:
        assert cloud.stdout
        url = next(word for word in cloud.stdout.readline().split() if word.startswith("http://"))
        update = f"{url}/external/api/update?token={TOKEN}"
        more = cloud.stdout.readline()
        answers = [requests.get(f"{update}&v{pin}=1", timeout=60).status_code for pin in (1, 2)]
        cloud.send_signal(number)
        out, err = ending(cloud)
    assert answers == [200, 503]
    assert url.startswith("http://localhost:")
    assert (cloud.returncode, more, out, err) == (0, "1 fault is on: the page shows it.\n", "", "")


@pytest.mark.parametrize(
    ("listen", "warning"),
    [
        ("127.0.0.1:0", ""),
        ("[::1]:0", ""),
        (
            "0.0.0.0:0",
            "Warning: everybody in this network can reach 0.0.0.0:0, and its values are not encrypted.\n",
        ),
    ],
)
def test_listening_beyond_this_computer_warns_and_no_token_is_logged(
    listen: str, warning: str, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def serve(
        address: str,
        devices: Path | None,
        echo: Callable[[str], None],
        faults: Path | None,
        learn: Callable[[list[str]], None],
    ) -> None:
        learn(["made-here-0123456789"])
        echo(f"{address} {devices} {faults}")

    monkeypatch.setattr("app.localcloud.command.run_cloud", serve)
    done = runner.run(f"cloud --listen {listen} --devices d.toml --faults f.toml")
    assert (done.status, done.out, done.err) == (0, f"{listen} d.toml f.toml\n", warning)
    logging.getLogger("x").warning("made-here-0123456789")
    (log,) = done.folder.rglob("pinbridge.log")
    assert log.read_text().endswith(f"x: {redaction.REDACTED}\n")


def test_by_default_it_listens_on_this_computer_only(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("app.localcloud.command.run_cloud", lambda listen, *_: asked.append(listen))
    runner.run("cloud")
    assert asked == ["127.0.0.1:8080"]
    done = runner.run("cloud --listen nowhere")
    assert (done.status, done.err) == (2, "--listen nowhere: write HOST:PORT, such as 127.0.0.1:8080")


BY_HAND = dict.fromkeys(
    ("cloud --listen", "cloud --devices", "cloud --faults"),
    test_the_local_cloud_has_its_address_devices_and_faults_until_it_is_ended,
)

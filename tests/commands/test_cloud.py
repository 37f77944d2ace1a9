"""`pinbridge cloud`: its options, as a process that listens until a signal ends it."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import requests

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
    assert (cloud.returncode, more, out, err) == (0, "Faults are on: 1, see the page.\n", "", "")


BY_HAND = dict.fromkeys(
    ("cloud --listen", "cloud --devices", "cloud --faults"),
    test_the_local_cloud_has_its_address_devices_and_faults_until_it_is_ended,
)

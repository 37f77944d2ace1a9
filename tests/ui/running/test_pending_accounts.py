"""What a running bench has of its file while tokens are missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.bench.status import JournalCounts
from app.config.bench_file import BenchConfig, DeviceConfig, Organisation
from app.localcloud.server import LocalCloud
from tests.ui.controls import type_in
from tests.ui.running.desk import TOKEN, Desk, yesterday
from tests.ui.stage import PATIENCE_MS
from ui.dialogs.token_dialog import TokenDialog
from ui.running.pending_accounts import has_account_of, in_running, possible

OLD = DeviceConfig(
    name="hall", port="COM1", server="https://a.example", auth_token="keyring:a", organisation="school"
)
NEW = msgspec.structs.replace(
    OLD, name="roof", server="https://b.example", auth_token="keyring:b", baud_rate=9600, organisation="club"
)


def bench(*devices: DeviceConfig, organisations: tuple[str, ...] = ("school", "club")) -> BenchConfig:
    return BenchConfig(organisation=dict.fromkeys(organisations, Organisation()), device=devices)


def account(device: DeviceConfig) -> tuple[str, str, str]:
    return device.server, device.auth_token, device.organisation


def test_a_device_without_its_token_keeps_its_account_and_changes_in_everything_else() -> None:
    (device,) = possible(bench(NEW), ["roof"], bench(OLD), {"roof": "hall"}).device
    assert (device.name, device.baud_rate, account(device)) == ("roof", 9600, account(OLD))


def test_other_devices_change_completely() -> None:
    other = msgspec.structs.replace(NEW, name="attic", port="COM2")
    config = bench(NEW, other)
    assert possible(config, ["roof"], bench(OLD), {}).device[1] == other
    assert possible(config, [], bench(OLD), {}) == config


def test_a_new_device_without_its_token_has_no_account() -> None:
    (device,) = possible(bench(NEW), ["roof"], bench(OLD), {}).device
    assert (device.name, account(device)) == ("roof", ("", "", ""))


def test_a_bench_that_does_not_run_yet_has_no_account_for_a_device_without_its_token() -> None:
    other = msgspec.structs.replace(OLD, port="COM2")
    config = possible(bench(NEW, other), ["roof"], BenchConfig(), {})
    assert [account(device) for device in config.device] == [("", "", ""), account(OLD)]


def test_an_organisation_that_has_left_the_file_is_not_kept() -> None:
    (device,) = possible(bench(NEW, organisations=("club",)), ["roof"], bench(OLD), {"roof": "hall"}).device
    assert device.organisation == ""


@pytest.mark.parametrize("renamed", [{}, {"roof": "hall"}])
def test_the_pace_fits_the_account(renamed: dict[str, str]) -> None:
    """Only requests to a server on this computer need no pace."""
    local: dict[str, Any] = {"server": "http://127.0.0.1:8080", "requests_per_s": 0.0}
    (device,) = possible(bench(msgspec.structs.replace(NEW, **local)), ["roof"], bench(OLD), renamed).device
    assert device.requests_per_s == 10.0


def test_accounts_are_compared_by_server_and_place_of_the_token() -> None:
    running = in_running(bench(NEW, msgspec.structs.replace(OLD, port="COM2")), bench(OLD), {"roof": "gone"})
    assert running == {"hall": OLD}
    assert has_account_of(OLD, running.get("hall"))
    assert not has_account_of(OLD, running.get("roof"))
    assert not has_account_of(msgspec.structs.replace(OLD, auth_token="keyring:b"), OLD)
    assert not has_account_of(NEW, OLD)


def test_what_is_plotted_before_the_token_is_typed_is_kept_and_sent_if_the_user_wants_that(
    desk: Desk, cloud: LocalCloud, tmp_path: Path
) -> None:
    yesterday(tmp_path / "b.db")
    path = tmp_path / "b.toml"
    path.write_text(
        '[bench]\njournal = "b.db"\n[[device]]\nname = "board"\nport = "/dev/none"\n'
        f'server = "{cloud.url}"\nauth_token = "env:PINBRIDGE_BOARD"\n'
    )
    desk.window.connection.open_file(path)
    desk.connect()
    (dialog,) = desk.window.findChildren(TokenDialog)
    assert dialog.leave_out
    assert dialog.leave_out.text() == "Connect without it"
    dialog.leave_out.click()
    assert desk.is_connected
    assert not desk.asks
    assert desk.counts == JournalCounts(3, pending=3)
    desk.window.ask_for_tokens()
    dialog = desk.window.findChildren(TokenDialog)[-1]
    type_in(dialog.fields["board"], TOKEN)
    dialog.agree.click()
    assert desk.question.text().startswith("You plotted without sending: send the 3 old readings too?")
    desk.answer("Send them too")
    desk.qtbot.waitUntil(lambda: desk.counts == JournalCounts(3, forwarded=3), timeout=PATIENCE_MS)
    assert len(desk.benches) == 1

"""Test rows for port, baud rate, server, token and the buttons beside them."""

from __future__ import annotations

import msgspec
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.bench.status import CloudState, CloudStatus, LinkState, LinkStatus
from app.messages.message import verbatim
from tests.ui.browser import browser
from tests.ui.controls import Controls, type_in
from tests.ui.stage import Stage
from ui.dialogs.token_test import TokenTestDialog

CONTROLS = Controls()
control = CONTROLS.row


@control("Port")
def chooses_the_port(stage: Stage, box: QWidget) -> None:
    stage.window.connection.close_bench_file()
    stage.press("Down", box)
    stage.window.connection.connect_bench()
    assert stage.bench.config.device[0].port == "/dev/ttyUSB0"
    assert stage.settings.last_port == "/dev/ttyUSB0"


@control("Baud rate")
def chooses_the_baud_rate(stage: Stage, box: QWidget) -> None:
    stage.window.connection.close_bench_file()
    type_in(box, "74880")
    stage.window.connection.connect_bench()
    assert stage.bench.config.device[0].baud_rate == 74880


@control("Server")
def chooses_the_server(stage: Stage, box: QWidget) -> None:
    stage.window.connection.close_bench_file()
    for _ in range(2):
        stage.press("Down", box)
    QTest.keyClicks(stage.window.bar.form.token_field, "a token")
    stage.window.connection.connect_bench()
    assert stage.bench.config.device[0].server == "https://lon1.blynk.cloud"


@control("Auth token")
def takes_the_token_and_return_connects(stage: Stage, field: QWidget) -> None:
    stage.window.connection.close_bench_file()
    type_in(stage.window.bar.form.server_box, "fra1.blynk.cloud")
    QTest.keyClicks(field, "a token")
    stage.press("Return", field)
    assert stage.window.connection.connected
    assert stage.bench.tokens == {"board": "a token"}
    stage.press("Return", field)
    assert stage.window.connection.connected


@control("Test it")
def tries_the_token(stage: Stage, button: QWidget) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    assert button.isHidden()  # there is no server to ask
    type_in(form.server_box, "fra1.blynk.cloud")
    QTest.keyClicks(form.token_field, "a token")
    stage.click(button)
    dialog = stage.dialog(TokenTestDialog)
    stage.wait_until(lambda: dialog.sentence.text() == "The server accepts the token.")
    assert stage.keyring.tested == [("https://fra1.blynk.cloud", "a token")]
    dialog.close()
    stage.window.connection.connect_bench()
    assert button.isHidden()  # other buttons need the room
    stage.window.connection.disconnect_bench()
    stage.click(button)  # the token is still known
    assert stage.keyring.tested[1:] == [("https://fra1.blynk.cloud", "a token")]


@control("Keep in the keyring")
def keeps_the_token(stage: Stage, box: QWidget) -> None:
    stage.window.connection.close_bench_file()
    form = stage.window.bar.form
    assert box.isHidden()  # there is no server
    type_in(form.server_box, "fra1.blynk.cloud")
    QTest.keyClicks(form.token_field, "a token")
    stage.press("Space", box)
    stage.window.connection.connect_bench()
    assert stage.keyring.held["board"] == "a token"
    assert box.isHidden()  # other buttons need the room
    stage.window.connection.disconnect_bench()
    stage.click(box)
    assert "board" not in stage.keyring.held


@control("Devices")
def looks_at_another_device(stage: Stage, rail: QWidget) -> None:
    stage.press("Down", rail)
    stage.window.device_actions.try_now()
    assert stage.bench.calls == [("try_now", "cellar")]


@control("Record")
def records(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    stage.frames()
    stage.click(button)
    assert stage.bench.calls == [("record", "greenhouse", True), ("record", "greenhouse", False)]


@control("Release port")
def lends_the_port(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    stage.frames()
    stage.click(button)
    assert stage.bench.calls == [("release_port", "greenhouse"), ("take_port", "greenhouse")]


@control("Cloud's page")
def opens_the_page_of_a_local_cloud(stage: Stage, button: QWidget) -> None:
    assert button.isHidden()  # the cloud of this device is not local
    (greenhouse, cellar) = stage.config.device
    local = msgspec.structs.replace(greenhouse, server="http://127.0.0.1:8080")
    stage.config = msgspec.structs.replace(stage.config, device=(local, cellar))
    stage.window.connection.start_demo()
    with browser() as shown:
        stage.click(button)
        assert shown.opened == ["http://127.0.0.1:8080"]
    stage.press("Ctrl+PgDown")
    assert button.isHidden()  # this device has no server
    stage.press("Ctrl+PgDown")
    assert button.isVisible()
    stage.window.connection.disconnect_bench()
    assert button.isHidden()


@control("Disconnect")
def disconnects_and_connects(stage: Stage, button: QWidget) -> None:
    stage.click(button)
    assert stage.bench.stopped == 1
    stage.click(button)
    assert len(stage.made) == 2
    assert stage.bench.started == 1


@control("Failing boards out of sight")
def scrolls_to_a_failing_board(stage: Stage, button: QWidget) -> None:
    rail = stage.window.rail
    rail.set_devices(["greenhouse", *(f"board {number}" for number in range(90)), "cellar"])
    stage.bench.devices["cellar"].link = LinkStatus(LinkState.NO_SUCH_PORT, verbatim("Plug it in."))
    rail.show_devices(stage.bench.status().devices, stage.clock.now_s)
    last = rail.rows.index(91)
    assert not rail.viewport().rect().intersects(rail.visualRect(last))
    stage.click(button)
    assert rail.viewport().rect().contains(rail.visualRect(last).center())
    assert not button.isVisible()


@control("All notices")
def opens_the_list_of_notices(stage: Stage, button: QWidget) -> None:
    stage.device.cloud = CloudStatus(CloudState.PAUSED, verbatim("The token is wrong."))
    stage.device.held = 4
    stage.frames()
    assert not stage.window.notices.popup.isVisible()
    stage.click(button)
    rows = stage.window.notices.popup.rows
    assert [row.label.text()[:23] for row in rows] == ["The token is wrong.", "4 readings are held: th"]
    stage.press("Esc", rows[0].buttons[0])
    assert not stage.window.notices.popup.isVisible()

"""The overview of a bench file, which shows the user what connecting will do."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QLabel
from pytestqt.qtbot import QtBot

from app.config.loading import parse
from app.messages.message import Message, verbatim
from tests.ui.stage import PATIENCE_MS
from ui.plot.overview import EmptyPane, Overview

TWO = b"""
[[device]]
name = "greenhouse"
port = "usb:2341:0043:85734323"
server = "https://fra1.blynk.cloud"
auth_token = "keyring:greenhouse"
[[device]]
name = "cellar"
port = "COM7"
"""


@pytest.fixture
def overview(qtbot: QtBot) -> Overview:
    overview = Overview()
    qtbot.addWidget(overview)
    return overview


def texts(overview: Overview) -> list[str]:
    return [label.text() for label in overview.widget().findChildren(QLabel)]


def test_devices_servers_tokens_and_paths_are_shown_as_plain_text(overview: Overview, tmp_path: Path) -> None:
    config = parse(
        b"""
        [bench]
        name = "<b>Bench</b>"
        journal = "j.db"
        [[device]]
        name = "greenhouse"
        port = "COM5"
        record = true
        server = "http://10.0.0.5"
        auth_token = "keyring:green"
        [[device]]
        name = "lamp"
        port = "replay:/home/me/session.pbrec"
        server = "http://127.0.0.1:8080"
        auth_token = "env:PINBRIDGE_LAMP"
        """,
        "bench.toml",
        tmp_path,
    )
    overview.show_bench(config, "/home/me/bench.toml")
    shown = texts(overview)
    assert {
        *("<b>Bench</b>", "greenhouse", "COM5", "keyring:green", "env:PINBRIDGE_LAMP"),
        *(f"replay:{Path('/home/me/session.pbrec')}", "/home/me/bench.toml"),
        *(str(tmp_path / "j.db"), str(tmp_path / "recordings")),
    } <= set(shown)
    warnings = [text for text in shown if text.startswith("!")]
    assert warnings == [
        "! greenhouse: http://10.0.0.5 is not encrypted: anybody in this network can read the token."
    ]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in overview.findChildren(QLabel))


@pytest.mark.parametrize("percent", [100, 150])
def test_devices_are_lists_if_the_table_is_too_wide(qtbot: QtBot, tmp_path: Path, percent: int) -> None:
    overview = Overview()
    qtbot.addWidget(overview)
    overview.show_bench(parse(TWO, "bench.toml", tmp_path), "bench.toml")
    overview.resize(1200, 300)
    with qtbot.waitExposed(overview, timeout=PATIENCE_MS):
        overview.show()
    table = texts(overview)
    QApplication.processEvents()
    assert texts(overview) == table
    overview.resize(420 * percent // 100, 200)
    font = overview.font()
    usual_pt = font.pointSizeF()
    font.setPointSizeF(usual_pt * percent / 100)
    overview.setFont(font)
    qtbot.waitUntil(lambda: texts(overview).count("Port") == 2, timeout=PATIENCE_MS)
    lists = texts(overview)
    assert set(lists) == set(table)
    assert overview.horizontalScrollBar().maximum() == 0
    overview.resize(1200, 300)
    font.setPointSizeF(usual_pt)
    overview.setFont(font)
    qtbot.waitUntil(lambda: texts(overview) == table, timeout=PATIENCE_MS)


def test_file_without_a_device_says_what_to_add(overview: Overview, tmp_path: Path) -> None:
    overview.show_bench(parse(b"", "bench.toml", tmp_path), "")
    assert any("Edit bench…" in text for text in texts(overview))


def test_empty_pane_shows_a_headline_and_a_sentence(qtbot: QtBot) -> None:
    pane = EmptyPane()
    qtbot.addWidget(pane)
    pane.say(Message("title_link_busy"), verbatim("COM5 is in use by another program."))
    assert pane.words == ("The port is in use", "COM5 is in use by another program.")
    pane.say(Message("title_link_closed"), None)
    assert pane.words == ("The port is being opened", "")


def test_an_unencrypted_server_is_marked_and_every_text_can_be_selected(
    overview: Overview, tmp_path: Path
) -> None:
    text = b"""
        [[device]]
        name = "lamp"
        port = "COM5"
        server = "http://127.0.0.1:8080"
        auth_token = "env:PINBRIDGE_LAMP"
        """
    overview.show_bench(parse(text, "bench.toml", tmp_path), "bench.toml")
    assert "http://127.0.0.1:8080  (unencrypted)" in texts(overview)
    assert not any(text.startswith("!") for text in texts(overview))
    selectable = Qt.TextInteractionFlag.TextSelectableByMouse
    assert all(label.textInteractionFlags() == selectable for label in overview.findChildren(QLabel))


def test_warnings_stand_out_and_wrap(overview: Overview, tmp_path: Path) -> None:
    text = b"""
        [[device]]
        name = "lamp"
        port = "COM5"
        server = "http://10.0.0.5"
        auth_token = "env:PINBRIDGE_LAMP"
        """
    overview.show_bench(parse(text, "bench.toml", tmp_path), "bench.toml")
    (warning,) = [label for label in overview.findChildren(QLabel) if label.text().startswith("!")]
    assert (warning.property("tone"), warning.wordWrap()) == ("warn", True)


def test_the_overview_fills_its_pane_without_a_frame_and_has_a_name(overview: Overview) -> None:
    assert overview.widgetResizable()
    assert overview.frameShape() is QFrame.Shape.NoFrame
    assert overview.accessibleName() == "What the bench file will do"

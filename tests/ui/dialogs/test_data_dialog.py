"""The dialog for saving data: what it offers, and which choices it gives on."""

from __future__ import annotations

from datetime import datetime

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.bench.status import FileKind, Form, Layout, Selection, TimeForm
from app.messages import languages
from app.messages.message import Message
from ui.dialogs.data_dialog import Choice, Offer, Period, SaveDataDialog
from ui.dialogs.datastream_tree import Entry
from ui.settings import Settings

PERIODS = (
    Period(Message("save_all")),
    Period(Message("save_this_run", since="2026-11-27 11:02:03"), 1_000.0),
    Period(Message("save_in_view", first="11:02:03.000", last="11:02:13.000"), 1_010.0, 1_020.0),
)
DATASTREAMS = {"greenhouse": (Entry("v1"),), "cellar": (Entry("v1", "Temperature"), Entry("v2"))}
OFFER = Offer(("greenhouse", "cellar"), "cellar", PERIODS, 1_780_000_000.0, True, DATASTREAMS)


class Asked:
    """An open dialog, and what the user has chosen in it."""

    def __init__(self, qtbot: QtBot, offer: Offer = OFFER, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.parent = QWidget()
        qtbot.addWidget(self.parent)
        self.choices: list[Choice] = []
        self.dialog = SaveDataDialog(offer, self.settings, self.choices.append, self.parent)
        self.dialog.open()

    @property
    def says(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return " ".join(label.text() for label in labels if not label.isHidden())

    @property
    def signs(self) -> tuple[str, str]:
        return self.dialog.separator_box.currentData(), self.dialog.decimal_box.currentData()

    def shows(self, field: QWidget) -> bool:
        return not field.isHidden()


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot)


def test_at_first_all_readings_of_the_device_are_saved_as_a_table_for_a_spreadsheet(asked: Asked) -> None:
    asked.dialog.agree.click()
    form = Form(Layout.WIDE, TimeForm.LOCAL, FileKind.CSV, ",", ".")
    assert asked.choices == [Choice(Selection({"cellar"}), form, False)]


def test_every_choice_is_given_on_and_its_form_is_remembered(qtbot: QtBot, asked: Asked) -> None:
    dialog = asked.dialog
    for box, place in (
        *((dialog.device_box, 2), (dialog.period_box, 2), (dialog.layout_box, 1), (dialog.time_box, 2)),
        *((dialog.separator_box, 2), (dialog.decimal_box, 1)),
    ):
        box.setCurrentIndex(place)
    dialog.agree.click()
    form = Form(Layout.LONG, TimeForm.ELAPSED, FileKind.CSV, "\t", ",")
    # The end of a selection is excluded, but the right edge of the view is not.
    chosen = Choice(Selection(None, 1_010_000_000, 1_020_000_001), form, False)
    assert asked.choices == [chosen]
    again = Asked(qtbot, settings=asked.settings)
    again.dialog.kind_box.setCurrentIndex(1)
    again.dialog.agree.click()
    assert again.choices[0].form == form._replace(kind=FileKind.PARQUET)
    assert Asked(qtbot, settings=asked.settings).dialog.kind_box.currentData() == "parquet"


def test_datastreams_can_be_left_out(asked: Asked) -> None:
    dialog = asked.dialog
    assert asked.shows(dialog.tree)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Space)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Down)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Space)
    assert "Tick at least one" in asked.says
    assert not dialog.agree.isEnabled()
    QTest.keyClick(dialog.tree, Qt.Key.Key_Space)
    dialog.agree.click()
    assert asked.choices[0].selection == Selection({"cellar"}, datastreams={("cellar", "v2")})


def test_datastreams_are_offered_if_there_are_several(asked: Asked) -> None:
    dialog = asked.dialog
    dialog.device_box.setCurrentIndex(0)
    assert not asked.shows(dialog.tree)
    dialog.device_box.setCurrentIndex(2)
    assert asked.shows(dialog.tree)
    QTest.keyClick(dialog.tree, Qt.Key.Key_Space)
    dialog.agree.click()
    left = {("cellar", "v1"), ("cellar", "v2")}
    assert asked.choices[0].selection == Selection(datastreams=left)


def test_a_run_has_no_end(asked: Asked) -> None:
    asked.dialog.period_box.setCurrentIndex(1)
    asked.dialog.agree.click()
    assert asked.choices[0].selection == Selection({"cellar"}, 1_000_000_000, None)


def test_a_period_is_typed_in_local_time(asked: Asked) -> None:
    dialog = asked.dialog
    assert not asked.shows(dialog.from_field)
    low = dialog.height()
    dialog.period_box.setCurrentIndex(3)
    assert asked.shows(dialog.from_field)
    assert asked.shows(dialog.to_field)
    assert dialog.height() > low
    dialog.from_field.setText("2026-11-27 11:02:03.5")
    dialog.to_field.setText(" 2026-11-28 ")
    dialog.agree.click()
    times = (datetime(2026, 11, 27, 11, 2, 3, 500_000), datetime(2026, 11, 28))
    assert asked.choices[0].selection[1:3] == tuple(round(at.timestamp() * 1e6) for at in times)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-27 11:00", "2026-11-27 12:00", ""),
        ("2026-11-27 12:00", "2026-11-27 12:00", "must be before"),
        ("soon", "2026-11-27 12:00", "Write both times as"),
        ("2026-11-27 12:00", "", "Write both times as"),
        ("2026-11-27 12:00", "9999-12-31T23:59:59-23:00", ""),
    ],
)
def test_times_that_make_no_period_are_explained(asked: Asked, first: str, last: str, said: str) -> None:
    dialog = asked.dialog
    dialog.period_box.setCurrentIndex(3)
    dialog.from_field.setText(first)
    dialog.to_field.setText(last)
    assert said in asked.says
    assert dialog.agree.isEnabled() is dialog.copy.isEnabled() is (not said)


@pytest.mark.parametrize(
    ("separator", "decimal", "can"),
    [(0, 0, True), (0, 1, False), (1, 0, True), (1, 1, True), (2, 0, True), (2, 1, True)],
)
def test_separator_and_decimal_sign_must_differ(
    asked: Asked, separator: int, decimal: int, can: bool
) -> None:
    asked.dialog.separator_box.setCurrentIndex(separator)
    asked.dialog.decimal_box.setCurrentIndex(decimal)
    assert asked.dialog.agree.isEnabled() is asked.dialog.copy.isEnabled() is can
    assert ("must differ" in asked.says) is not can
    assert ("Excel" in asked.says) is can


def test_parquet_has_no_signs_and_is_not_copied(asked: Asked) -> None:
    dialog = asked.dialog
    dialog.separator_box.setCurrentIndex(0)
    dialog.decimal_box.setCurrentIndex(1)
    dialog.kind_box.setCurrentIndex(1)
    assert not dialog.separator_box.isEnabled()
    assert not dialog.decimal_box.isEnabled()
    assert dialog.agree.isEnabled()
    assert (dialog.copy.isEnabled(), dialog.copy.toolTip()) == (False, "Only a table (CSV) can be copied")
    assert "pandas" in asked.says


def test_without_parquet_no_file_type_is_asked_for_and_the_remembered_one_stays(qtbot: QtBot) -> None:
    asked = Asked(qtbot, OFFER._replace(has_parquet=False), Settings(file_kind="parquet"))
    assert not asked.shows(asked.dialog.kind_box)
    asked.dialog.agree.click()
    assert asked.choices[0].form.kind is FileKind.CSV
    assert asked.settings.file_kind == "parquet"


def test_what_is_copied_has_tabs_and_the_chosen_decimal_sign(asked: Asked) -> None:
    asked.dialog.separator_box.setCurrentIndex(1)
    asked.dialog.decimal_box.setCurrentIndex(1)
    assert asked.dialog.copy.toolTip().endswith("at most 100,000 rows")
    asked.dialog.copy.click()
    ((_, form, is_copied),) = asked.choices
    assert (form.separator, form.decimal, is_copied) == ("\t", ",", True)
    assert (asked.settings.separator, asked.settings.decimal) == (";", ",")
    assert asked.dialog.isHidden()


@pytest.mark.parametrize(
    ("locale", "signs"),
    [("de_DE", (";", ",")), ("fr_FR", (";", ",")), ("en_GB", (",", ".")), ("C", (",", "."))],
)
def test_the_signs_are_at_first_those_of_the_system(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, locale: str, signs: tuple[str, str]
) -> None:
    system = QLocale(locale)
    monkeypatch.setattr(QLocale, "system", lambda: system)
    asked = Asked(qtbot)
    assert asked.signs == signs
    again = Asked(qtbot, settings=Settings(separator="\t", decimal="."))
    assert again.signs == ("\t", ".")


def test_unknown_words_in_the_settings_are_replaced_by_the_first_choice(qtbot: QtBot) -> None:
    settings = Settings(layout="?", times="?", file_kind="?", separator="?", decimal="?")
    asked = Asked(qtbot, settings=settings)
    asked.dialog.agree.click()
    assert asked.choices[0].form == Form(Layout.WIDE, TimeForm.LOCAL, FileKind.CSV, ",", ".")


def test_the_hint_for_libreoffice_is_about_dates(asked: Asked) -> None:
    assert "Detect special numbers" in asked.says
    asked.dialog.time_box.setCurrentIndex(2)
    assert "Detect special numbers" not in asked.says


def test_one_device_is_not_offered_together_with_all(qtbot: QtBot) -> None:
    asked = Asked(qtbot, OFFER._replace(devices=["cellar"]))
    box = asked.dialog.device_box
    assert [box.itemText(n) for n in range(box.count())] == ["cellar"]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", "Device Datastreams Readings From To Layout Times File type Separator Decimal sign"),
        ("de", "Gerät Datenströme Messwerte Von Bis Aufbau Zeiten Dateityp Trennzeichen Dezimalzeichen"),
    ],
)
def test_every_field_has_its_name_and_a_key_of_its_own(qtbot: QtBot, language: str, labels: str) -> None:
    before = languages.chosen()
    languages.choose(language)
    try:
        asked = Asked(qtbot)
    finally:
        languages.choose(before)
    dialog = asked.dialog
    fields = [label for label in dialog.findChildren(QLabel) if label.buddy()]
    assert " ".join(label.text().replace("&", "") for label in fields) == labels
    assert [label.buddy().accessibleName() for label in fields] == [
        label.text().replace("&", "") for label in fields
    ]
    texts = [*(label.text() for label in fields), dialog.copy.text()]
    keys = [shown.partition("&")[2][:1].lower() for shown in texts]
    assert len(set(keys)) == len(keys) == 11
    assert "" not in keys
    assert dialog.testAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

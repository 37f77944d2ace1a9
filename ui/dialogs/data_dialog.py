"""The dialog that asks which readings are saved or copied, and as what table.

Invariants: the form that the user has chosen is the one offered next time; before the first time, the signs
are those of the system's language. Nothing can be saved while the choices contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app.bench.status import FileKind, Form, Layout, Selection, TimeForm
from app.messages.languages import text, text_of
from app.messages.message import Message
from ui import wording
from ui.dialogs.datastream_tree import DatastreamTree, Entry
from ui.dialogs.fitting_dialog import FittingDialog
from ui.plot.overview import plain_label
from ui.settings import Settings
from ui.widgets.choice_box import ChoiceBox

_Field = TypeVar("_Field", QComboBox, QLineEdit, DatastreamTree)
Choices = tuple[tuple[str, str], ...]
"""The message code of each choice's label, and the choice itself."""
LAYOUTS: Choices = (("layout_wide", Layout.WIDE), ("layout_long", Layout.LONG))
TIMES: Choices = (
    ("time_local", TimeForm.LOCAL),
    ("time_utc", TimeForm.UTC),
    ("time_elapsed", TimeForm.ELAPSED),
)
KINDS: Choices = (("kind_csv", FileKind.CSV), ("kind_parquet", FileKind.PARQUET))
SEPARATORS: Choices = (("separator_comma", ","), ("separator_semicolon", ";"), ("separator_tab", "\t"))
DECIMALS: Choices = (("decimal_point", "."), ("decimal_comma", ","))
_LETTERS = 24
"""How many letters of a choice can be seen at least."""
MOST_COPIED = 100_000
"""How many rows are copied at most. A spreadsheet takes minutes to paste more."""


class Period(NamedTuple):
    """A period of time that is offered, in Unix seconds; None where it has no limit."""

    label: Message
    from_s: float | None = None
    to_s: float | None = None


class Offer(NamedTuple):
    """What can be saved."""

    devices: Sequence[str]
    device: str
    """The device that is chosen at first."""
    periods: Sequence[Period]
    """The first is chosen at first."""
    last_s: float
    """The time up to which there may be readings, in Unix seconds."""
    has_parquet: bool
    """Whether Parquet files can be written."""
    datastreams: Mapping[str, Sequence[Entry]] = {}
    """Those of each device."""


class Choice(NamedTuple):
    """What the user has chosen."""

    selection: Selection
    form: Form
    is_copied: bool
    """Whether the table goes to the clipboard instead of a file."""


def signs_of_system() -> tuple[str, str]:
    """The separator and the decimal sign that a spreadsheet in the system's language wants."""
    return (";", ",") if QLocale.system().decimalPoint() == "," else (",", ".")


class SaveDataDialog(FittingDialog):
    """The dialog that asks what is saved, and in which form; a second dialog asks for the file."""

    def __init__(
        self, offer: Offer, settings: Settings, go: Callable[[Choice], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("title_save_data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offer, self._settings, self._go = offer, settings, go
        separator, decimal = signs_of_system()
        self._form = QFormLayout()
        self._form.setVerticalSpacing(8)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.device_box = self._add("label_save_device", ChoiceBox())
        for name in offer.devices:
            self.device_box.addItem(name, name)
        if len(offer.devices) > 1:
            self.device_box.addItem(text("save_all_devices"), None)
        self.device_box.setCurrentIndex(max(0, self.device_box.findData(offer.device)))
        self.tree = self._add("label_save_datastreams", DatastreamTree())
        self._offer_datastreams()
        self.period_box = self._add("label_save_period", ChoiceBox())
        for period in offer.periods:
            self.period_box.addItem(text_of(period.label), period)
        self.period_box.addItem(text("save_from_to"), None)
        self.from_field = self._add("label_save_from", self._time_field(offer.last_s - 60))
        self.to_field = self._add("label_save_to", self._time_field(offer.last_s))
        self.layout_box = self._choice("label_layout", LAYOUTS, settings.layout)
        self.time_box = self._choice("label_times", TIMES, settings.times)
        kinds = KINDS if offer.has_parquet else KINDS[:1]
        self.kind_box = self._choice("label_file_kind", kinds, settings.file_kind)
        self._form.setRowVisible(self.kind_box, offer.has_parquet)
        self.separator_box = self._choice("label_separator", SEPARATORS, settings.separator or separator)
        self.decimal_box = self._choice("label_decimal", DECIMALS, settings.decimal or decimal)
        self._hint = plain_label("", faint=True)
        self._date_hint = plain_label(text("hint_libreoffice"), faint=True)
        for label in (self._hint, self._date_hint):
            label.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.agree = buttons.addButton(text("button_save_as"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.agree.setDefault(True)
        self.copy = QPushButton(text("button_copy"))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.copy.clicked.connect(lambda: self._end(is_copied=True))
        self.contents.setSpacing(10)
        self.contents.addWidget(plain_label(text("title_save_data"), title=True))
        self.contents.addLayout(self._form)
        self.contents.addWidget(self._hint)
        self.contents.addWidget(self._date_hint)
        self.contents.addStretch(1)
        self.add_buttons(buttons)
        self.setMinimumWidth(540)
        for box in (self.period_box, self.kind_box, self.separator_box, self.decimal_box, self.time_box):
            box.currentIndexChanged.connect(self._check)
        for field in (self.from_field, self.to_field):
            field.textChanged.connect(self._check)
        self.tree.changed.connect(self._check)
        self.device_box.currentIndexChanged.connect(self._offer_datastreams)
        self.device_box.currentIndexChanged.connect(self._check)
        self._check()

    def _add(self, label: str, field: _Field) -> _Field:
        field.setAccessibleName(text(label).replace("&", ""))
        if isinstance(field, QComboBox):
            # Long entries are elided, so that large text fits a small screen.
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(_LETTERS)
        self._form.addRow(text(label), field)
        return field

    def _choice(self, label: str, choices: Choices, chosen: str) -> QComboBox:
        box = self._add(label, ChoiceBox())
        for code, data in choices:
            box.addItem(text(code), str(data))
        box.setCurrentIndex(max(0, box.findData(chosen)))
        return box

    def _offer_datastreams(self) -> None:
        """Offer the datastreams of the chosen device, or of all devices, if there is more than one."""
        device = self.device_box.currentData()
        offered = {name: all_ for name, all_ in self._offer.datastreams.items() if device in (None, name)}
        self.tree.offer({name: entries for name, entries in offered.items() if entries})
        self._form.setRowVisible(self.tree, sum(map(len, offered.values())) > 1)

    def _time_field(self, at_s: float) -> QLineEdit:
        return QLineEdit(wording.moment(at_s))

    def _check(self) -> None:
        """Show the fields that have an effect, and say what is wrong or what to know about the choices."""
        is_csv = self.kind_box.currentData() == FileKind.CSV
        for field in (self.from_field, self.to_field):
            self._form.setRowVisible(field, self.period_box.currentData() is None)
        for box in (self.separator_box, self.decimal_box):
            box.setEnabled(is_csv)
        wrong = self._wrong(is_csv)
        has_dates = is_csv and self.time_box.currentData() != TimeForm.ELAPSED
        self._hint.setText(text(wrong or ("signs_of_excel" if is_csv else "hint_parquet")))
        self._date_hint.setVisible(has_dates and not wrong)
        self.agree.setEnabled(not wrong)
        self.copy.setEnabled(not wrong and is_csv)
        copies = text("tip_copy_table", count=MOST_COPIED)
        self.copy.setToolTip(copies if is_csv else text("tip_copy_no_parquet"))
        if self.isVisible():
            self.fit()

    def _wrong(self, is_csv: bool) -> str:
        if not self.tree.ticked and not self.tree.has_all:
            return "save_no_datastream"
        if is_csv and self.separator_box.currentData() == self.decimal_box.currentData():
            return "signs_must_differ"
        if self.period_box.currentData() is None:
            from_us, to_us = _microseconds(self.from_field), _microseconds(self.to_field)
            if from_us is None or to_us is None:
                return "save_time_unreadable"
            if from_us >= to_us:
                return "save_times_reversed"
        return ""

    def accept(self) -> None:
        """Store the chosen form in the settings, and ask for the file."""
        self._end(is_copied=False)

    def _end(self, *, is_copied: bool) -> None:
        settings = self._settings
        settings.layout, settings.times = self.layout_box.currentData(), self.time_box.currentData()
        settings.separator, settings.decimal = (
            self.separator_box.currentData(),
            self.decimal_box.currentData(),
        )
        if self._offer.has_parquet:
            settings.file_kind = self.kind_box.currentData()
        choice = Choice(self._selection(), self._chosen_form(is_copied), is_copied)
        super().accept()
        self._go(choice)

    def _selection(self) -> Selection:
        device, period = self.device_box.currentData(), self.period_box.currentData()
        devices = None if device is None else frozenset({device})
        # A datastream whose first reading comes only now is saved too, if none is left out.
        datastreams = None if self.tree.has_all else self.tree.ticked
        if period is None:
            times_us = _microseconds(self.from_field), _microseconds(self.to_field)
            return Selection(devices, *times_us, datastreams)
        from_us = None if period.from_s is None else round(period.from_s * 1e6)
        # The end of a selection is excluded, but the right edge of a view and a cursor are not.
        to_us = None if period.to_s is None else round(period.to_s * 1e6) + 1
        return Selection(devices, from_us, to_us, datastreams)

    def _chosen_form(self, is_copied: bool) -> Form:
        # Spreadsheets take text with tabs for a table when it is pasted, whatever their language.
        separator = "\t" if is_copied else self.separator_box.currentData()
        return Form(
            Layout(self.layout_box.currentData()),
            TimeForm(self.time_box.currentData()),
            FileKind(self.kind_box.currentData()),
            separator,
            self.decimal_box.currentData(),
        )


def _microseconds(field: QLineEdit) -> int | None:
    """The local time that is typed, in microseconds since 1970, UTC; None if it is no time."""
    try:
        return round(datetime.fromisoformat(field.text().strip()).timestamp() * 1_000_000)
    except (ValueError, OverflowError, OSError):
        return None

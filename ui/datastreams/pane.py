"""The pane with the datastream table of a device, and of others whose curves are in the plot.

Invariant: the colours and line styles of the datastreams are those of their curves in the plot.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.bench.status import CloudState, DeviceStatus
from app.messages.languages import text
from ui.datastreams.model import DatastreamModel, Section
from ui.datastreams.staleness import Staleness
from ui.datastreams.table import DatastreamTable
from ui.plot.curves import Look
from ui.plot.overview import plain_label
from ui.theme.colors import Scheme


class LeftPane(QFrame):
    """The datastream table, or a heading and a remark while the table is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self.looks: list[Look] = []
        """The look of each datastream of the device that is shown, in the order of its status."""
        self.staleness = Staleness()
        """Knows the pauses of all devices of the bench, also of those that are not shown."""
        self.table = DatastreamTable(staleness=self.staleness)
        self._empty = plain_label(text("label_no_datastreams"), faint=True)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(10, 8, 10, 8)
        empty_page = QWidget()
        empty_column = QVBoxLayout(empty_page)
        empty_column.setContentsMargins(0, 0, 0, 0)
        empty_column.addWidget(self._empty)
        empty_column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty_page)
        self._pages.addWidget(self.table)
        title = QLabel(text("label_datastreams"))
        title.setProperty("heading", True)
        title.setContentsMargins(8, 4, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 6, 2, 6)
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(self._pages, 1)
        self._title = title

    @property
    def rows(self) -> DatastreamModel:
        """The model of the datastream table."""
        return self.table.rows

    def restart(self) -> None:
        """Empty the pane, for example before another device is shown."""
        self.rows.clear()
        self._show_page()

    def set_scheme(self, scheme: Scheme) -> None:
        """Use the colours of `scheme`."""
        self.table.set_scheme(scheme)

    def show_device(
        self,
        device: DeviceStatus,
        looks: Sequence[Look],
        at_s: float,
        *,
        runs: bool = True,
        others: Sequence[Section] = (),
    ) -> None:
        """Show `device` as it is at the time `at_s`, in Unix seconds, and below it `others`.

        `looks` has the look of each datastream. `runs` is false if the bench is stopped.
        """
        self.looks = list(looks)
        self.rows.update([section(device, looks), *others], at_s, runs=runs)
        self._show_page()

    def _show_page(self) -> None:
        filled = self.rows.rowCount() > 0
        self._pages.setCurrentIndex(1 if filled else 0)
        self._title.setVisible(not filled)


def section(device: DeviceStatus, looks: Sequence[Look], *, only_curves: bool = False) -> Section:
    """The rows of a device; only those with a curve if `only_curves`. `looks` has the look of each."""
    shown = [
        (row, look)
        for row, look in zip(device.datastreams, looks, strict=True)
        if look.color or not only_curves
    ]
    return Section(
        device.name,
        [row for row, _ in shown],
        [look for _, look in shown],
        has_cloud=device.cloud.state is not CloudState.OFF,
        is_replay=device.replay is not None,
    )

"""LibreOffice opens exported files: numbers are numbers, dates are dates, and text is text.

`test_cells` has the same rules in the program's own words, and always runs.
"""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
import pytest

from app.journal.export.file import export_file
from app.journal.export.form import Form, Layout, Selection, TimeForm
from app.journal.journal import Journal
from app.wire.batches import Batch
from tests.journal.test_journal import batch

pytestmark = pytest.mark.long
ENGLISH, GERMAN = (",", ".", 1033), (";", ",", 1031)
"""The separator, the decimal sign, and LibreOffice's number for the language."""
LABELS = {("board", "v1"): "Temperature (°C)", ("board", "v2"): "State"}
AT_US = 1_795_777_323_123_456
"""2026-11-27, 11:02:03.123456 UTC."""
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


class Cell(NamedTuple):
    """A cell as LibreOffice has it: its type, and its value, which is not what it shows."""

    kind: str | None
    value: str


class Office:
    """LibreOffice with a profile of its own, which has the defaults of a fresh installation."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder

    def opened(self, path: Path, options: str) -> list[list[Cell]]:
        """The rows of a file. `options` are those of the CSV import."""
        sheet = path.with_suffix(".ods")
        command = [self._program, "--headless", f"-env:UserInstallation={self._folder.as_uri()}"]
        command += [
            f"--infilter=CSV:{options}",
            "--convert-to",
            "ods",
            "--outdir",
            str(path.parent),
            str(path),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=250)
        content = ElementTree.fromstring(zipfile.ZipFile(sheet).read("content.xml"))
        rows = [[*_cells(row)] for row in content.iter(f"{TABLE}table-row")]
        return [row for row in rows if any(cell.kind for cell in row)]


def _cells(row: ElementTree.Element) -> Iterator[Cell]:
    for cell in row.iter(f"{TABLE}table-cell"):
        assert not cell.get(f"{TABLE}formula")
        kind = cell.get(f"{OFFICE}value-type")
        values = (cell.get(f"{OFFICE}{name}") for name in ("date-value", "value"))
        value = next(filter(None, values), "".join(cell.itertext()))
        for _ in range(min(9, int(cell.get(f"{TABLE}number-columns-repeated", 1)))):
            yield Cell(kind, value)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice here to open the files with")
    return Office(program, tmp_path / "profile")


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    path = tmp_path / "j.db"
    journal = Journal(path)
    journal.bind("board", b"a")
    journal.write([("board", batch("v1=21.5\nv2=warm\nv3=-1000000\n", AT_US))], [])
    journal.write([("board", batch("v1=-2.5e-7\nv2==1+1\n", AT_US + 1_500_000))], [])
    place = Batch(
        ["v4"], np.zeros(1, np.uint16), np.full(1, np.nan), {0: (13.0, 52.0)}, np.full(1, AT_US + 1_500_000)
    )
    journal.write([("board", place)], [])
    journal.close()
    return path


def saved(journal: Path, layout: Layout, time: TimeForm, signs: tuple[str, str, int]) -> tuple[Path, str]:
    """The exported file, and the options with which someone of that language opens it."""
    separator, decimal, language = signs
    path = journal.with_name("a.csv")
    form = Form(layout, time, separator=separator, decimal=decimal)
    export_file(journal, path, Selection(), form, LABELS)
    return path, f"{ord(separator)},34,76,1,,{language},false"


@pytest.mark.parametrize("signs", [ENGLISH, GERMAN], ids=["English", "German"])
@pytest.mark.parametrize("time", [TimeForm.UTC, TimeForm.LOCAL])
def test_a_wide_table_has_dates_and_numbers(
    office: Office, journal: Path, signs: tuple[str, str, int], time: TimeForm
) -> None:
    path, options = saved(journal, Layout.WIDE, time, signs)
    header, first, second = office.opened(path, f"{options},true")  # special numbers are detected
    # The tests' time zone is 5 h 30 min ahead of UTC.
    day = "2026-11-27T11:02" if time is TimeForm.UTC else "2026-11-27T16:32"
    assert [cell.value for cell in header] == [f"time_{time}", "Temperature (°C)", "State", "v3", "v4"]
    assert [first[0].kind, second[0].kind] == ["date", "date"]
    assert first[0].value.startswith(f"{day}:03.12")
    assert second[0].value.startswith(f"{day}:04.62")
    assert first[1:4] == [Cell("float", "21.5"), Cell("string", "warm"), Cell("float", "-1000000")]
    assert second[4] == Cell("string", "13, 52")
    assert second[1:3] == [Cell("float", "-0.00000025"), Cell("string", "'=1+1")]


@pytest.mark.parametrize("signs", [ENGLISH, GERMAN], ids=["English", "German"])
@pytest.mark.parametrize("special", ["true", "false"])
@pytest.mark.parametrize("layout", Layout)
def test_seconds_and_values_are_numbers_with_any_setting(
    office: Office, journal: Path, signs: tuple[str, str, int], special: str, layout: Layout
) -> None:
    path, options = saved(journal, layout, TimeForm.ELAPSED, signs)
    _, first, *_, last = office.opened(path, f"{options},{special}")
    at = 0 if layout is Layout.WIDE else 1
    assert (first[at], last[at]) == (Cell("float", "0"), Cell("float", "1.5"))
    assert first[1 if layout is Layout.WIDE else 4] == Cell("float", "21.5")


def test_the_long_table_for_scripts_has_ids_and_values_as_numbers(office: Office, journal: Path) -> None:
    path, options = saved(journal, Layout.LONG, TimeForm.UTC, ENGLISH)
    _, first, *_ = office.opened(path, f"{options},true")
    assert [cell.kind for cell in first[:6]] == [
        *("float", "string", "string"),
        *("string", "float", "string"),
    ]

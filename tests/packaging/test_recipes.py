"""What the recipes of the packages promise to a person's data and screen, and what only Windows can show."""

from __future__ import annotations

import re

from steps.product import PACKAGING

INSTALLER = (PACKAGING / "installer.nsi").read_text(encoding="utf-8")
SPEC = (PACKAGING / "pinbridge.spec").read_text(encoding="utf-8")


def test_journals_stay_unless_a_person_ticks_the_box() -> None:
    sections = re.findall(r'^Section (.*"un\..*)$\n((?:  .*\n)+)', INSTALLER, re.MULTILINE)
    removing = [name for name, body in sections if "$LOCALAPPDATA\\pinbridge" in body]
    assert removing == ['/o "un.$(DATA_TOO)" REMOVE_DATA']  # /o: not ticked at first


def test_an_installer_that_met_a_running_program_does_not_end_well() -> None:
    (status,) = re.findall(r"^!define RUNNING (\d+)$", INSTALLER, re.MULTILINE)
    assert f"exit code {status} and nothing changed while the program runs" in INSTALLER
    assert status != "0"
    assert "SetErrorLevel ${RUNNING}" in INSTALLER


def test_virus_scanners_get_no_packed_program_and_windows_no_black_box() -> None:
    assert set(re.findall(r"\bupx=(\w+)", SPEC)) == {"False"}
    assert 'program("pinbridge", console=not (windows or mac))' in SPEC
    assert 'program("pinbridge-cli", console=True)' in SPEC

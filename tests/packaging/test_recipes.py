"""The installer and the spec file do what users rely on, as far as their text shows it."""

from __future__ import annotations

import re

from app.messages.catalogue import CATALOGUE
from steps.product import PACKAGING

INSTALLER = (PACKAGING / "installer.nsi").read_text(encoding="utf-8")
SPEC = (PACKAGING / "pinbridge.spec").read_text(encoding="utf-8")


def test_the_uninstaller_keeps_journals_unless_the_user_ticks_the_box() -> None:
    sections = re.findall(r'^Section (.*"un\..*)$\n((?:  .*\n)+)', INSTALLER, re.MULTILINE)
    removing = [name for name, body in sections if "$LOCALAPPDATA\\pinbridge" in body]
    assert removing == ['/o "un.$(DATA_TOO)" REMOVE_DATA']  # /o: not ticked at first


def test_the_installer_fails_while_the_program_runs() -> None:
    (status,) = re.findall(r"^!define RUNNING (\d+)$", INSTALLER, re.MULTILINE)
    assert f"exit code {status} and nothing changed while the program runs" in INSTALLER
    assert status != "0"
    assert "SetErrorLevel ${RUNNING}" in INSTALLER


def test_no_program_is_packed_and_the_windows_program_opens_no_console() -> None:
    assert set(re.findall(r"\bupx=(\w+)", SPEC)) == {"False"}
    assert 'program("pinbridge", console=not (windows or mac))' in SPEC
    assert 'program("pinbridge-cli", console=True)' in SPEC


def test_texts_that_the_checks_of_packages_look_for_are_in_the_catalogue() -> None:
    checks = [(PACKAGING / name).read_text(encoding="utf-8") for name in ("smoke.py", "try_windows.py")]
    fragments = re.findall(r'check\("([^"]+)" in err', "".join(checks))
    fragments += re.findall(r're\.search\(r"([\w ]+?) \(', "".join(checks))
    assert {"is stored for", "The local cloud holds"} <= set(fragments)
    sentences = [entry.text for entry in CATALOGUE.values()]
    assert [text for text in fragments if not any(text in sentence for sentence in sentences)] == []

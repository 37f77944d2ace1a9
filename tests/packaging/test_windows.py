"""The parts of the Windows packages that every system can test: the installer's script, signing, the zip."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import pytest

from steps import product, signing, windows, wine
from steps.running import BuildError

SCRIPT = (product.PACKAGING / "installer.nsi").read_text(encoding="utf-8")


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    folder = tmp_path / "frozen"
    (folder / "_internal").mkdir(parents=True)
    (folder / "pinbridge.exe").write_bytes(b"x" * 2048)
    (folder / "_internal/base.zip").write_bytes(b"y" * 2048)
    return folder


def test_the_script_gets_all_values_that_it_uses(frozen: Path) -> None:
    options = windows.defines(frozen, Path("setup.exe"), "1.2.3")
    given = {word.partition("=")[0].removeprefix("-D") for word in options if word.startswith("-D")}
    own = set(re.findall(r"^!define (\w+)", SCRIPT, re.M))
    asked = set(re.findall(r"\$\{([A-Z_]+)\}", SCRIPT)) - own - {"PROGRAM", "REMOVE_DATA"}
    assert asked - {"SIGN"} == given
    assert "-DVERSION=1.2.3" in options
    assert "-DSIZE_KB=4" in options


def test_the_target_comes_before_everything_else() -> None:
    lines = [line for line in SCRIPT.splitlines() if line and not line.startswith(";")]
    assert lines[0] == "Target ${TARGET}"
    assert "RequestExecutionLevel user" in SCRIPT


def test_the_installer_writes_nothing_for_all_users() -> None:
    assert not re.search(r"\b(HKLM|HKCR|SHCTX|PROGRAMFILES)", SCRIPT)


def test_the_zip_is_one_folder_with_the_portable_mark(frozen: Path, tmp_path: Path) -> None:
    archive = windows.portable(frozen, tmp_path / "portable.zip")
    with zipfile.ZipFile(archive) as files:
        assert files.namelist() == [
            "Pinbridge/portable.txt",
            "Pinbridge/_internal/base.zip",
            "Pinbridge/pinbridge.exe",
        ]


def test_without_a_certificate_nothing_is_signed(tmp_path: Path) -> None:
    program = tmp_path / "pinbridge.exe"
    program.write_bytes(b"unsigned")
    signing.sign(program, {})
    assert program.read_bytes() == b"unsigned"


def test_no_command_line_contains_a_password() -> None:
    given = {"PINBRIDGE_SIGN_PFX": "a.pfx", "PINBRIDGE_SIGN_PASSWORD_FILE": "word.txt"}
    words = signing.command(Path("in.exe"), Path("out.exe"), given)
    assert words[0] == "osslsigncode"
    assert words[words.index("-readpass") + 1] == "word.txt"
    with pytest.raises(BuildError, match="PINBRIDGE_SIGN_PASSWORD_FILE is not set"):
        signing.command(Path("in.exe"), Path("out.exe"), {"PINBRIDGE_SIGN_PFX": "a.pfx"})


def test_signtool_takes_the_certificate_from_the_store() -> None:
    given = {"PINBRIDGE_SIGN_THUMBPRINT": "ABCD", "PINBRIDGE_SIGN_TIMESTAMP": "http://stamp.example"}
    words = signing.command(Path("in.exe"), Path("out.exe"), given)
    assert words[:4] == ["signtool", "sign", "/sha1", "ABCD"]
    assert words[words.index("/tr") + 1] == "http://stamp.example"
    assert words[-1] == "in.exe"


def test_only_pins_for_python_3_11_are_used_on_windows() -> None:
    lines = 'numpy==2.0.2; python_version < "3.13"\nnumpy==2.1.3; python_version >= "3.13"\nclick==8.5.1\n'
    assert wine.for_python_3_11(lines) == "numpy==2.0.2\nclick==8.5.1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Wine sees the paths of a POSIX system")
def test_a_path_is_converted_for_wine() -> None:
    assert wine.seen(Path("/tmp/a folder/x.exe")) == "Z:\\tmp\\a folder\\x.exe"

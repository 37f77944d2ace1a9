"""The Debian package's control file and dependencies, its desktop entry, and the checksums."""

from __future__ import annotations

import configparser
import xml.etree.ElementTree as ET
from pathlib import Path

from steps import checksums, deb, product


class DesktopEntry(configparser.ConfigParser):
    """A parser that, unlike its base class, keeps capital letters in keys."""

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def test_the_control_file_names_what_it_needs() -> None:
    text = deb.control_text("0.1.0", "amd64", 1234, ["libc6 (>= 2.36)", "libgl1"])
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Version"] == "0.1.0"
    assert fields["Depends"] == "libc6 (>= 2.36), libgl1"
    assert text.endswith("\n")


def test_the_newest_glibc_of_all_files_is_needed() -> None:
    assert deb.newest_glibc([b"\0GLIBC_2.17\0GLIBC_2.4\0", b"GLIBC_2.34\0GLIBCXX_3.4\0"]) == 34


def test_the_desktop_entry_opens_bench_files_in_the_window() -> None:
    entry = DesktopEntry(interpolation=None)
    entry.read(product.PACKAGING / "linux/pinbridge.desktop", encoding="utf-8")
    main = entry["Desktop Entry"]
    assert main["Exec"] == "pinbridge gui --show-errors %f"
    kind = ET.parse(product.PACKAGING / "linux/pinbridge.xml").getroot()[0]
    assert kind.attrib["type"] in main["MimeType"].split(";")
    assert [glob.attrib for glob in kind.iter() if glob.tag.endswith("}glob")] == [{"pattern": "*.pinbridge"}]


def test_checksums_have_the_format_of_sha256sum(tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_bytes(b"abc")
    (tmp_path / "a.exe").write_bytes(b"")
    checksums.write(tmp_path)
    text = checksums.write(tmp_path).read_text()
    assert text.splitlines() == [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a.exe",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  b.zip",
    ]

"""A bench file is opened and saved, and nothing in it is lost."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.config import bench_document
from app.config.bench_document import BenchDocument
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.config.errors import ConfigError
from app.config.loading import load

TEXT = '# Ours\n[bench]\njournal = "j.db"  # here\n\n[[device]]\nport = "COM1"\n'
CONFIG = BenchConfig(bench=BenchSection(journal="j.db"), device=(DeviceConfig(port="COM1"),))
RENAMED = replace(CONFIG, bench=replace(CONFIG.bench, name="B"))
NEW_TEXT = TEXT.replace("[bench]\n", '[bench]\nname = "B"\n')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "bench.toml"
    path.write_text(TEXT, encoding="utf-8", newline="")
    return path


def refusal(document: BenchDocument, config: BenchConfig = RENAMED) -> str:
    with pytest.raises(ConfigError) as raised:
        document.save(config)
    return str(raised.value).removeprefix(f"{document.path}: ")


def names(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def test_an_opened_bench_has_paths_as_in_the_file(path: Path) -> None:
    document = BenchDocument.open(path)
    assert (document.config, document.path) == (CONFIG, path)
    assert document.loaded() == load(path)
    assert document.loaded().bench.journal == str(path.parent / "j.db")


@pytest.mark.parametrize("text", ["x = 1", '[bench]\njournal = "../../../../../../../../../dev/sda"'])
def test_a_file_that_does_not_load_is_not_opened(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(path)
    with pytest.raises(ConfigError) as opened:
        BenchDocument.open(path)
    assert str(opened.value) == str(raised.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        BenchDocument.open(path.parent / "none.toml")


def test_a_change_is_saved_and_the_previous_file_kept(path: Path) -> None:
    document = BenchDocument.open(path)
    document.save(RENAMED)
    assert path.read_bytes() == NEW_TEXT.encode()
    assert document.previous_path == path.with_name("bench.toml.previous")
    assert document.previous_path.read_bytes() == TEXT.encode()
    assert (document.config, load(path).bench.name) == (RENAMED, "B")
    document.save(CONFIG)
    assert path.read_bytes() == NEW_TEXT.replace('"B"', '"Bench"').encode()
    assert document.previous_path.read_bytes() == NEW_TEXT.encode()
    assert names(path) == ["bench.toml", "bench.toml.previous"]


def test_saving_without_a_change_writes_nothing(path: Path) -> None:
    before = path.stat()
    BenchDocument.open(path).save(CONFIG)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert names(path) == ["bench.toml"]


def test_a_new_file_is_written_when_it_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "new.toml"
    document = BenchDocument.new(path)
    assert not document.has_changed_outside()
    document.save(CONFIG)
    assert (load(path), names(path)) == (document.loaded(), ["new.toml"])
    assert path.read_text(encoding="utf-8").startswith("# ")
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    again = BenchDocument.open(path)
    again.save(RENAMED)
    assert path.read_text(encoding="utf-8").endswith("# mine\n")


def test_what_another_program_wrote_is_noticed_and_not_replaced(path: Path) -> None:
    document = BenchDocument.open(path)
    assert not document.has_changed_outside()
    times = path.stat()
    path.write_text(TEXT.replace("COM1", "COM2"), encoding="utf-8", newline="")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert document.has_changed_outside()
    assert refusal(document) == "was changed by another program: open it again, or save over it"
    assert (load(path).device[0].port, document.config, names(path)) == ("COM2", CONFIG, ["bench.toml"])
    document.save(RENAMED, overwrite=True)
    assert path.read_bytes() == NEW_TEXT.encode()
    assert b"COM2" in document.previous_path.read_bytes()
    assert not document.has_changed_outside()


def test_a_file_that_was_only_touched_has_not_changed(path: Path) -> None:
    document = BenchDocument.open(path)
    os.utime(path, (1, 1))
    assert not document.has_changed_outside()
    document.save(RENAMED)
    assert load(path).bench.name == "B"


def test_a_new_file_does_not_replace_another(path: Path) -> None:
    document = BenchDocument.new(path)
    assert document.has_changed_outside()
    assert refusal(document) == "exists already: save under another name, or replace it"
    document.save(RENAMED, overwrite=True)
    assert (load(path).bench.name, document.previous_path.read_bytes()) == ("B", TEXT.encode())


def test_a_deleted_file_is_written_again(path: Path) -> None:
    document = BenchDocument.open(path)
    path.unlink()
    assert not document.has_changed_outside()
    document.save(RENAMED)
    assert (path.read_bytes(), names(path)) == (NEW_TEXT.encode(), ["bench.toml"])


def test_a_deleted_file_is_put_back_as_it_was(path: Path) -> None:
    document = BenchDocument.open(path)
    assert not document.is_gone
    path.unlink()
    assert document.is_gone
    document.put_back()
    assert (path.read_bytes(), document.is_gone) == (TEXT.encode(), False)
    path.write_text("other", encoding="utf-8")
    with pytest.raises(ConfigError, match="changed"):
        document.put_back()
    new = BenchDocument.new(path.with_name("new.toml"))
    new.put_back()
    assert not new.is_gone
    assert not new.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "links"
    folder.mkdir()
    link = folder / "link.toml"
    link.symlink_to(path)
    document = BenchDocument.open(link)
    document.save(RENAMED)
    assert link.is_symlink()
    assert path.read_bytes() == NEW_TEXT.encode()
    assert document.previous_path == path.with_name("bench.toml.previous")
    assert document.loaded().bench.journal == str(folder / "j.db")


def test_a_file_that_cannot_be_written_is_one_clear_error(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = BenchDocument.open(path)
    path.chmod(0o444)
    ending = ": check the folder, or save under another name"
    assert refusal(document) == f"cannot be saved: {os.strerror(errno.EACCES)}{ending}"
    path.chmod(0o644)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(bench_document, "replace_file", full)
    assert refusal(document) == f"cannot be saved: {os.strerror(errno.ENOSPC)}{ending}"
    monkeypatch.undo()
    assert (path.read_text(encoding="utf-8"), names(path)) == (TEXT, ["bench.toml"])
    document.save(RENAMED)


def test_a_folder_that_has_vanished_is_one_clear_error(path: Path) -> None:
    document = BenchDocument.new(path.parent / "none" / "b.toml")
    assert refusal(document).startswith("cannot be saved: ")
    assert refusal(BenchDocument.new(path.parent)).startswith("cannot be saved: ")


def test_what_would_not_load_is_not_written(path: Path) -> None:
    document = BenchDocument.open(path)
    surrogate = replace(RENAMED, bench=BenchSection(name="\ud800"))
    assert refusal(document, surrogate) == (
        "a text has a character that cannot be in a file: type the text again"
    )
    device = replace(RENAMED, bench=BenchSection(journal="../" * 99 + "dev/sda"))
    assert refusal(document, device) == "journal names a device: name a file on this computer"
    large = replace(RENAMED, bench=BenchSection(name="x" * 1_000_000))
    assert "is larger than" in refusal(document, large)
    assert (path.read_text(encoding="utf-8"), document.config) == (TEXT, CONFIG)


def test_a_device_keeps_its_comments_under_a_new_name(path: Path) -> None:
    path.write_text('[[device]]\nname = "a" # x\nport = "COM1"\n[[device.datastream]]\nid = 1 # y\n')
    document = BenchDocument.open(path)
    device = replace(document.config.device[0], name="b", datastream=())
    document.save(replace(document.config, device=(device,)), {"b": "a"}, datastreams={"b": []})
    assert path.read_text() == '[[device]]\nname = "b" # x\nport = "COM1"\n'

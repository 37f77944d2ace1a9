"""How a bench file is found, and how the paths in it (journal, recordings) are resolved."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.config import folders
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig
from app.config.errors import ConfigError
from app.config.loading import load, parse, with_paths
from tests.config.test_bench_file import WHOLE

FOLDER = Path(__file__).parent


def test_a_relative_journal_is_beside_the_bench_file(tmp_path: Path) -> None:
    path = tmp_path / "bench.toml"
    path.write_text(WHOLE, encoding="utf-8")
    assert load(path).bench.journal == str(tmp_path / "bench-1.db")


@pytest.mark.skipif(sys.platform == "win32", reason="no file of Windows has a line end in its name")
def test_load_names_the_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "no\nwhere.toml"
    shown = f"{tmp_path}/no where.toml"
    assert (
        load_refusal(path)
        == f"{shown}: cannot be read: No such file or directory: check the name and the folder"
    )
    path.write_text("x = 1", encoding="utf-8")
    assert load_refusal(path) == f"{shown}: unknown key x: known are bench, organisation and device"
    path.write_bytes(b"#" * 1_000_000)
    assert load(path).device == ()
    path.write_bytes(b"#" * 1_000_001)
    assert load_refusal(path) == f"{shown}: is larger than 1,000,000 bytes: name another file"


def load_refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return str(raised.value)


def test_the_folder_of_a_relative_bench_file_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b.toml").write_text('[bench]\njournal = "b.db"', encoding="utf-8")
    assert load(Path("b.toml")).bench.journal == str(tmp_path / "b.db")


def test_an_absolute_journal_path_is_kept(tmp_path: Path) -> None:
    config = BenchConfig(bench=BenchSection(journal=str(tmp_path / "b.db")))
    assert with_paths(config, FOLDER).bench.journal == str(tmp_path / "b.db")


def test_a_relative_journal_cannot_name_a_device() -> None:
    config = BenchConfig(bench=BenchSection(journal="../../dev/sda"))
    with pytest.raises(ConfigError, match=r"^journal names a device: name a file on this computer$"):
        with_paths(config, Path("/home/pupil"))
    assert with_paths(config, Path("/home/pupil/bench")).bench.journal


@pytest.mark.parametrize("folder", ["//server/share", "/dev/shm"])
def test_a_relative_journal_on_a_share_or_device_is_refused(folder: str) -> None:
    config = BenchConfig(bench=BenchSection(journal="b.db"))
    with pytest.raises(ConfigError) as raised:
        with_paths(config, Path(folder))
    sentence = "journal names a network share or a device: name a file on this computer"
    assert str(raised.value) == f"{Path(folder) / 'b.db'}: {sentence}"


def test_a_relative_recording_is_beside_the_bench_file(tmp_path: Path) -> None:
    def port(path: str, folder: Path) -> str:
        device = DeviceConfig(port=f"replay:{path}")
        return with_paths(BenchConfig(device=(device,)), folder).device[0].port

    assert port("a b.pbrec", tmp_path) == f"replay:{tmp_path / 'a b.pbrec'}"
    assert port(str(tmp_path / "a"), FOLDER) == f"replay:{tmp_path / 'a'}"
    with pytest.raises(ConfigError, match=r"^port names a device: name a file on this computer$"):
        port("../../dev/zero", Path("/home/pupil"))
    with pytest.raises(ValueError, match="network share"):
        port("\\\\evil\\share\\a.pbrec", tmp_path)


def test_two_paths_of_a_recording_are_the_same_port(tmp_path: Path) -> None:
    text = (
        '[[device]]\nname = "a"\nport = "replay:a.pbrec"\n'
        f'[[device]]\nname = "b"\nport = "replay:{tmp_path.as_posix()}/a.pbrec"\n'
    )
    with pytest.raises(ConfigError, match="is also used by"):
        parse(text.encode(), "b.toml", tmp_path)


@pytest.mark.parametrize(
    ("name", "file"), [("Bench 1", "Bench-1.db"), ("", "bench.db"), ("con", "bench-con.db")]
)
def test_without_a_path_the_journal_is_in_the_users_data_folder(
    name: str, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "data_folder", lambda: tmp_path)
    assert with_paths(BenchConfig(bench=BenchSection(name=name)), FOLDER).bench.journal == str(
        tmp_path / file
    )

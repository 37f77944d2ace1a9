"""The device that a command works with: described by options, or chosen from a bench file."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from app.commands.errors import CommandError
from app.commands.options import Finite, Whole, bench_of, device_of, device_of_bench, device_options, given
from app.config.bench_file import DeviceConfig, Forward

BENCH = '[[device]]\nname = "a"\nport = "COM1"\n[[device]]\nname = "b"\nport = "COM2"\n'


@pytest.mark.parametrize(
    ("number", "texts", "kind"),
    [
        (Finite(), ["inf", "-inf", "nan", "soon", ""], "a finite number"),
        (Whole(), ["1.5", "inf", "ten", ""], "a whole number"),
    ],
)
def test_a_text_that_is_no_such_number_is_refused(
    number: Finite | Whole, texts: list[str], kind: str
) -> None:
    option, context = click.Option(["--for"]), click.Context(click.Command("run"))
    for text in texts:
        with pytest.raises(click.BadParameter) as told:
            number.convert(text, option, context)
        assert told.value.message == f"{text} is not {kind}: write one such as 10"
        assert (told.value.param, told.value.ctx) == (option, context)


def test_numbers_are_converted() -> None:
    assert Finite(min=0).convert("1.5", None, None) == 1.5
    assert Whole().convert("-3", None, None) == -3


def test_options_that_are_not_given_are_left_out() -> None:
    options = {"port": "COM1", "batch": False, "baud_rate": 0, "server": None}
    assert given(options) == {"port": "COM1", "batch": False, "baud_rate": 0}


def test_a_device_has_an_option_for_each_key_in_its_order() -> None:
    got: list[dict[str, object]] = []

    @click.command()
    @device_options("record", "server")
    def command(**options: object) -> None:
        got.append(given(options))

    keys = [field.name for field in msgspec.structs.fields(DeviceConfig)]
    wanted = [key for key in keys if key not in ("datastream", "record", "server")]
    assert [option.name for option in command.params] == wanted
    found = {option.name: option for option in command.params}
    assert (found["batch"].opts, found["batch"].secondary_opts) == (["--batch"], ["--no-batch"])
    assert isinstance(found["forward"].type, click.Choice)
    assert list(found["forward"].type.choices) == [str(kind) for kind in Forward]
    assert isinstance(found["baud_rate"].type, Whole)
    assert isinstance(found["interval_s"].type, Finite)
    assert {getattr(option, "help", "") for option in command.params} == {"As in a bench file."}
    for words in ([], ["--no-batch", "--port", "COM1"]):
        assert CliRunner().invoke(command, words).exit_code == 0
    assert got == [{}, {"batch": False, "port": "COM1"}]


def test_line_ends_are_written_with_backslashes() -> None:
    assert device_of({"port": "COM1", "line_end": r"\r\n"}).line_end == "\r\n"


def test_an_option_with_a_wrong_value_is_a_usage_error() -> None:
    with pytest.raises(CommandError) as told:
        device_of({"port": "COM1", "baud_rate": "fast"})
    assert str(told.value) == "baud_rate: expected a whole number, got a text in quotes"


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        (BENCH, "b", "b"),
        (BENCH[: BENCH.index("[[device]]", 1)], None, "a"),
        (BENCH, None, "name one of its devices with --device: a or b"),
        (BENCH, "c", "name one of its devices with --device: a or b"),
        ('[bench]\nname = "none"\n', None, "has no [[device]]: add one, with a name and a port"),
    ],
)
def test_a_device_of_a_bench_file(text: str, name: str | None, found: str, tmp_path: Path) -> None:
    path = tmp_path / "b.toml"
    path.write_text(text)
    try:
        assert device_of_bench(path, name).name == found
    except CommandError as error:
        assert str(error) == f"{path}: {found}"  # noqa: PT017 - one table for both


def test_a_bench_of_one_device_has_its_name_and_organisation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    alone = bench_of(DeviceConfig(name="hall", port="COM1"), "mine.db")
    assert (alone.bench.name, alone.bench.journal) == ("hall", str(tmp_path / "mine.db"))
    assert (alone.device[0].name, alone.organisation) == ("hall", {})
    ours = bench_of(DeviceConfig(name="hall", port="COM1", organisation="school"), None)
    assert [*ours.organisation] == ["school"]
    assert ours.organisation["school"].monthly_messages == 0
    with pytest.raises(CommandError):
        bench_of(DeviceConfig(name="hall", port="COM1"), "a\0b.db")

"""The device that a command works with: described by options, or selected from a bench file.

Invariant: every key of `[[device]]` except `datastream` is an option, in kebab case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import msgspec

from app.commands.errors import CommandError
from app.commands.translated import option
from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.config.explaining import explain
from app.config.loading import load, with_paths
from app.errors import InvalidValueError
from app.messages.languages import text

AS_IN_A_FILE = "help_as_in_bench_file"
DEVICE_KEYS = tuple(key for key in DeviceConfig.__struct_fields__ if key != "datastream")
"""The keys of `[[device]]` that are options."""
SERIAL_KEYS = (
    *("baud_rate", "reset_on_connect", "dtr", "rts"),
    *("data_bits", "parity", "stop_bits", "flow_control"),
)
"""Those that have an effect only on serial ports."""


class Finite(click.FloatRange):
    """The type of an option that takes a finite number in a range.

    `click.FloatRange` accepts `nan`, and infinity if the range has no limit.
    """

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Convert `value` to a finite number. If that fails, the error says what to write instead."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(text("not_a_finite_number", value=str(value)), param, ctx)
        return super().convert(number, param, ctx)


class Whole(click.types.IntParamType):
    """The type of an option that takes a whole number."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Convert `value` to a whole number. If that fails, the error says what to write instead."""
        try:
            return int(value)
        except ValueError:
            self.fail(text("not_a_whole_number", value=str(value)), param, ctx)


_NUMBERS = {float: Finite(), int: Whole()}


def device_options(
    *without: str, only: Collection[str] = DEVICE_KEYS
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator that adds an option for each key of `[[device]]` in `only` except those in `without`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for field in reversed(msgspec.structs.fields(DeviceConfig)):
            if field.name not in only or field.name in without:
                continue
            flag = f"--{field.encode_name.replace('_', '-')}"
            if field.type in (bool, bool | None):
                add_option = option(f"{flag}/--no-{flag[2:]}", default=None, help=AS_IN_A_FILE)
            elif isinstance(field.type, type) and issubclass(field.type, StrEnum):
                choice = click.Choice([str(member) for member in field.type])
                add_option = option(flag, type=choice, help=AS_IN_A_FILE)
            else:
                add_option = option(flag, type=_NUMBERS.get(field.type, field.type), help=AS_IN_A_FILE)
            command = add_option(command)
        return command

    return add


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that the user gave: all in `options` that are not None."""
    return {key: value for key, value in options.items() if value is not None}


def device_of(options: dict[str, Any]) -> DeviceConfig:
    """The configuration of the device that the given options describe. Raises CommandError."""
    if "line_end" in options:
        options["line_end"] = options["line_end"].replace(r"\r", "\r").replace(r"\n", "\n")
    try:
        return msgspec.convert(options, DeviceConfig)
    except msgspec.ValidationError as error:
        raise CommandError.of(explain(error, options, DeviceConfig, is_toml=False)) from None


def device_of_bench(bench_file: Path, name: str | None) -> DeviceConfig:
    """The device `name` of a bench file, or its only device if `name` is None. Raises CommandError."""
    devices = load(bench_file).device
    fitting = [device for device in devices if name in (None, device.name)]
    if len(fitting) != 1:
        path, known = str(bench_file), tuple(device.name for device in devices)
        if not known:
            raise CommandError("bench_without_device", path=path)
        raise CommandError("choose_device", path=path, devices=known)
    return fitting[0]


def bench_of(device: DeviceConfig, journal: str | None) -> BenchConfig:
    """The configuration of a bench with only this device. Raises CommandError.

    If `journal` is None or empty, the journal is placed in the user's data folder.
    """
    try:
        section = BenchSection(name=device.name, journal=journal or "")
    except InvalidValueError as error:
        raise CommandError.of(error.message) from None
    # Without a bench file, nothing sets the budget of the organisation.
    organisations = {device.organisation: Organisation()} if device.organisation else {}
    return with_paths(BenchConfig(bench=section, organisation=organisations, device=(device,)), Path.cwd())

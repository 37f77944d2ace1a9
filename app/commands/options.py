"""One board: told by options, every key of `[[device]]` in kebab case, or chosen from a bench file."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import msgspec

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.config.loading import load, with_paths

AS_IN_A_FILE = "As in a bench file."


class Finite(click.FloatRange):
    """A number within a range; neither infinite nor `nan`, which no range keeps out."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; fails with what to write."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no number that can be counted: write one such as 10", param, ctx)
        return number


def device_options(*without: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An option for each key but for those in `without`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for field in reversed(msgspec.structs.fields(DeviceConfig)):
            if field.name in ("datastream", *without):
                continue
            flag = f"--{field.encode_name.replace('_', '-')}"
            if field.type is bool:
                option = click.option(f"{flag}/--no-{flag[2:]}", default=None, help=AS_IN_A_FILE)
            elif isinstance(field.type, type) and issubclass(field.type, StrEnum):
                choice = click.Choice([str(member) for member in field.type])
                option = click.option(flag, type=choice, help=AS_IN_A_FILE)
            else:
                option = click.option(flag, type=field.type, help=AS_IN_A_FILE)
            command = option(command)
        return command

    return add


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given."""
    return {key: value for key, value in options.items() if value is not None}


def device_of(options: dict[str, Any]) -> DeviceConfig:
    """The board that the given options tell of; raises click.UsageError."""
    if "line_end" in options:
        options["line_end"] = options["line_end"].replace(r"\r", "\r").replace(r"\n", "\n")
    try:
        return msgspec.convert(options, DeviceConfig)
    except (msgspec.ValidationError, ValueError) as error:
        raise click.UsageError(str(error).partition(" - at ")[0]) from None


def device_of_bench(bench_file: Path, name: str | None) -> DeviceConfig:
    """The device of that name, or the only one, of a bench file; raises click.UsageError."""
    devices = load(bench_file).device
    fitting = [device for device in devices if name in (None, device.name)]
    if len(fitting) != 1:
        known = ", ".join(device.name for device in devices) or "none"
        raise click.UsageError(f"{bench_file}: name one of its devices with --device: {known}")
    return fitting[0]


def bench_of(device: DeviceConfig, journal: str | None) -> BenchConfig:
    """The bench of this one board; raises click.UsageError."""
    try:
        section = BenchSection(name=device.name, journal=journal or "")
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    # An organisation that no bench file describes has no budget.
    organisations = {device.organisation: Organisation()} if device.organisation else {}
    return with_paths(BenchConfig(bench=section, organisation=organisations, device=(device,)), Path.cwd())

"""The reference page of the bench file lists exactly the loader's keys, each with its type and default."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from msgspec import inspect

import app.config
from app.config.bench_file import BenchSection, DeviceConfig, Organisation
from app.config.loading import parse
from app.wire.datastreams import Datastream

PAGE = (Path(app.config.__file__).parent / "README.md").read_text(encoding="utf-8")
TABLES: dict[str, type[msgspec.Struct]] = {
    "[bench]": BenchSection,
    "[organisation.NAME]": Organisation,
    "[[device]]": DeviceConfig,
    "[[device.datastream]]": Datastream,
}


def section(header: str) -> str:
    """The part of the page about the TOML table `header`, such as `[bench]`."""
    return PAGE.partition(f"\n## `{header}`")[2].partition("\n## ")[0]


def rows(header: str) -> list[list[str]]:
    """The rows about the TOML table `header`: key, type, default, limits and meaning."""
    lines = [line for line in section(header).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def default_of(field: msgspec.structs.FieldInfo) -> str:
    """A field's default as the page writes it: `required`, `none`, or the value as in a bench file."""
    if field.required:
        return "required"
    value = field.default
    return "none" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def type_of(kind: inspect.Type) -> str:
    """The page's name for a field's type."""
    match kind:
        case inspect.UnionType(types):
            (kind,) = (each for each in types if not isinstance(each, inspect.NoneType))
            return type_of(kind)
        case inspect.VarTupleType(inspect.StructType()):
            return "list of tables"
        case inspect.VarTupleType(item):
            return f"list of {type_of(item)}s"
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return "whole number"
        case inspect.FloatType():
            return "number"
        case inspect.StrType():
            return "text"
        case _:
            assert isinstance(kind, inspect.EnumType)
            return "one of"


@pytest.mark.parametrize("header", TABLES)
def test_every_key_has_a_row_and_every_row_a_key(header: str) -> None:
    assert [row[0] for row in rows(header)] == [f"`{name}`" for name in TABLES[header].__struct_fields__]


@pytest.mark.parametrize("header", TABLES)
def test_every_row_has_the_types_and_defaults_of_the_loader(header: str) -> None:
    fields = msgspec.structs.fields(TABLES[header])
    kinds = inspect.type_info(TABLES[header])
    assert isinstance(kinds, inspect.StructType)
    expected = [
        (type_of(kind.type), default_of(field)) for field, kind in zip(fields, kinds.fields, strict=True)
    ]
    assert [(row[1], row[2]) for row in rows(header)] == expected


@pytest.mark.parametrize("header", TABLES)
def test_every_row_names_the_words_that_a_key_takes(header: str) -> None:
    for row, field in zip(rows(header), msgspec.structs.fields(TABLES[header]), strict=True):
        kinds = [kind for kind in getattr(field.type, "__args__", (field.type,)) if isinstance(kind, type)]
        words = [word.value for kind in kinds if issubclass(kind, StrEnum) for word in kind]
        if words:
            assert re.findall(r'`"(\w+)"`', row[3]) == words
        assert row[4].endswith(".")


def test_the_tables_are_all_that_there_are() -> None:
    assert re.findall(r"^## `(.*?)`", PAGE, re.MULTILINE) == list(TABLES)


def test_the_example_loads() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert parse(example.encode(), "the page", Path.cwd()).device[0].datastream[0].high == 85

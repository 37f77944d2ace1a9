"""The editor has a field for every key of a bench file, and the choices of every key that is one of some."""

from __future__ import annotations

import enum

import msgspec
import pytest
from msgspec import inspect

from app.messages.catalogue import CATALOGUE
from ui.bench.model.draft import Kind, Node
from ui.bench.model.keys import SECTIONS, Input, Key, is_shown, key_of

OF_NUMBERS = {Input.WHOLE: inspect.IntType, Input.BAUD_RATE: inspect.IntType, Input.NUMBER: inspect.FloatType}


def rows(kind: Kind) -> list[Key]:
    return [key for section in SECTIONS[kind] for key in section.keys]


def types(kind: Kind) -> dict[str, inspect.Type]:
    info = inspect.type_info(kind.value)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: field.type for field in info.fields}


def parts(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    return kind.types if isinstance(kind, inspect.UnionType) else (kind,)


@pytest.mark.parametrize("kind", Kind)
def test_every_key_has_one_field(kind: Kind) -> None:
    shown = sorted(key.name for key in rows(kind))
    extra = ["name"] if kind is Kind.ORGANISATION else []
    assert shown == sorted([*extra, *(set(kind.value.__struct_fields__) - {"datastream"})])


@pytest.mark.parametrize("kind", Kind)
def test_every_field_fits_the_type_of_its_key(kind: Kind) -> None:
    known = types(kind)
    for key in rows(kind):
        for part in parts(known[key.name]) if key.name in known else ():
            match part:
                case inspect.EnumType():
                    words = [choice for choice, _ in key.choices if choice is not None]
                    assert words == [member.value for member in part.cls]
                case inspect.BoolType():
                    assert key.field is Input.TICK or [value for value, _ in key.choices] == [
                        None,
                        True,
                        False,
                    ]
                case inspect.IntType() | inspect.FloatType():
                    assert isinstance(part, OF_NUMBERS[key.field])
                case inspect.VarTupleType():
                    assert key.field is Input.WHOLES
                case inspect.NoneType():
                    assert key.field not in (Input.TICK, Input.TEXT)


@pytest.mark.parametrize("kind", Kind)
def test_the_first_choice_of_a_key_or_none_is_its_default(kind: Kind) -> None:
    for key in rows(kind):
        if key.choices:
            assert Node(kind, {}).get(key.name) in [value for value, _ in key.choices]


def test_names_and_tips_are_sentences_and_none_is_used_twice_in_a_table() -> None:
    for kind in Kind:
        labels = [key.label for key in rows(kind)]
        assert len(labels) == len(set(labels))
        for key in rows(kind):
            assert {key.label, key.tip} <= set(CATALOGUE)


@pytest.mark.parametrize(
    ("kind", "key", "values", "shown"),
    [
        (Kind.DEVICE, "interval_s", {}, False),
        (Kind.DEVICE, "interval_s", {"forward": "latest"}, True),
        (Kind.DEVICE, "interval_s", {"interval_s": 5.0}, True),
        (Kind.DEVICE, "batch", {"forward": "timestamped"}, False),
        (Kind.DEVICE, "backlog", {}, True),
        (Kind.DATASTREAM, "values", {}, False),
        (Kind.DATASTREAM, "values", {"type": "enum"}, True),
        (Kind.DATASTREAM, "scale", {"type": "string"}, False),
        (Kind.DATASTREAM, "min", {}, True),
    ],
)
def test_a_key_without_an_effect_has_a_field_only_if_it_is_set(
    kind: Kind, key: str, values: dict[str, object], shown: bool
) -> None:
    row = key_of(kind, key)
    assert row
    assert is_shown(row, Node(kind, values), wrong=False) is shown
    assert is_shown(row, Node(kind, values), wrong=True)


def test_an_unknown_key_has_no_row() -> None:
    assert key_of(Kind.BENCH, "") is None
    assert issubclass(Input, enum.Enum)
    assert msgspec.structs.fields(Kind.DEVICE.value)

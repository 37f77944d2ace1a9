"""Random benches, and random changes of them, of which it is known what became of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from app.config.bench_file import Backlog, BenchConfig, BenchSection, DeviceConfig, Forward, Organisation
from app.config.serial_settings import Parity
from app.config.writing.matching import Changes, Source
from app.wire.datastreams import Datastream, DatastreamType, LineStyle, OutOfRange

NAMES = st.sampled_from(
    ["a", "b", "Ofen 3", "α", 'x"y', "C:\\n", "it's", "# no", "[x]", "a.b", "1", "=", "🔌"]
)
TEXTS = NAMES | st.sampled_from(["", "\n", "\x7f\t", "'''", '"""', "°C"])
NUMBERS = st.sampled_from([0.5, 1.0, 30.0, 1e-5, 123456.75, 0.1, 7.0])
SECTIONS = st.builds(
    BenchSection,
    name=TEXTS,
    journal=st.sampled_from(["", "j.db", "../x y.db"]),
    keep_days=NUMBERS,
    max_journal_mb=st.sampled_from([2000, 2000.5, 10]),
)
ORGANISATIONS = st.builds(Organisation, monthly_messages=st.sampled_from([0, 100_000, 7]))
VALUES = st.lists(st.integers(-2, 4), unique=True).map(tuple)
ENUMS = st.fixed_dictionaries({"type": st.just(DatastreamType.ENUM), "values": VALUES})
RANGES = st.fixed_dictionaries(
    {"min": st.sampled_from([None, -40.0, 0.0, -1e300]), "max": st.sampled_from([None, 1.5, 85.0, 1e22])},
    optional={"type": st.sampled_from([DatastreamType.DOUBLE, None])},
)


class Change(NamedTuple):
    """A bench, and what it becomes."""

    before: BenchConfig
    after: BenchConfig
    changes: Changes
    devices: list[int | None]
    """For each device its index in the earlier bench."""


@st.composite
def datastreams(draw: st.DrawFn, pin: int) -> Datastream:
    fields: dict[str, Any] = draw(ENUMS | RANGES)
    return Datastream(
        virtual_pin=pin,
        id=draw(st.none() | st.just(pin + 1)),
        name=draw(TEXTS),
        unit=draw(TEXTS),
        color=draw(st.sampled_from(["", "#0072B2"])),
        line_style=draw(st.sampled_from(LineStyle)),
        out_of_range=draw(st.sampled_from(OutOfRange)),
        min_change=draw(NUMBERS | st.just(0.0)),
        **fields,
    )


@st.composite
def devices(
    draw: st.DrawFn, name: str, place: int, organisations: Mapping[str, Organisation]
) -> DeviceConfig:
    has_server = draw(st.booleans())
    pins = draw(st.lists(st.integers(0, 9), max_size=3, unique=True))
    return DeviceConfig(
        name=name,
        port=f"COM{place}" if draw(st.booleans()) else f"replay:{place}'s.pbr",
        baud_rate=draw(st.sampled_from([9600, 115200])),
        dtr=draw(st.sampled_from([None, True, False])),
        rts=draw(st.sampled_from([None, True])),
        parity=draw(st.sampled_from(Parity)),
        line_end=draw(st.sampled_from(["\n", "\r\n", ""])),
        record=draw(st.booleans()),
        server="https://fra1.blynk.cloud" if has_server else "",
        auth_token=f"keyring:{place}" if has_server else "",
        organisation=draw(st.sampled_from(["", *organisations])),
        forward=draw(st.sampled_from(Forward)),
        backlog=draw(st.sampled_from(Backlog)),
        interval_s=draw(NUMBERS),
        daily_points=draw(st.sampled_from([10000, 500])),
        datastream=tuple(draw(datastreams(pin)) for pin in pins),
    )


@st.composite
def benches(draw: st.DrawFn) -> BenchConfig:
    organisations = draw(st.dictionaries(NAMES, ORGANISATIONS, max_size=2))
    names = draw(st.lists(NAMES, max_size=3, unique=True))
    return BenchConfig(
        bench=draw(SECTIONS),
        organisation=organisations,
        device=tuple(draw(devices(name, place, organisations)) for place, name in enumerate(names)),
    )


@st.composite
def changed(draw: st.DrawFn) -> Change:
    """A bench in which anything may be edited, added, removed, renamed and moved, all at once."""
    before = draw(benches())
    organisations, former = draw(_organisations(before.organisation))
    kept = draw(st.permutations(range(len(before.device))))[draw(st.integers(0, 1)) :]
    indexes: list[int | None] = [*kept]
    if draw(st.booleans()):
        indexes.insert(draw(st.integers(0, len(indexes))), None)
    names = draw(st.lists(NAMES, min_size=len(indexes), max_size=len(indexes), unique=True))
    after: list[DeviceConfig] = []
    renamed: dict[str, str] = {}
    origins: dict[str, list[Source]] = {}
    for place, (name, index) in enumerate(zip(names, indexes, strict=True)):
        device = draw(devices(name, 10 + place, organisations))
        if index is not None:
            renamed[name] = before.device[index].name
            device, places = draw(_edited(before.device[index], device, organisations))
            origins[name] = [*places]
        after.append(device)
    after, origins = draw(_moved(before, after, indexes, origins))
    bench = draw(SECTIONS) if draw(st.booleans()) else before.bench
    config = BenchConfig(bench=bench, organisation=organisations, device=tuple(after))
    return Change(before, config, Changes(renamed, origins, former), indexes)


@st.composite
def _moved(
    draw: st.DrawFn,
    before: BenchConfig,
    after: list[DeviceConfig],
    indexes: list[int | None],
    origins: dict[str, list[Source]],
) -> tuple[list[DeviceConfig], dict[str, list[Source]]]:
    """`after` with some datastreams that are left of devices in `before` and that other devices get."""
    kept = {
        (index, at) for new, index in zip(after, indexes, strict=True) for at in origins.get(new.name, ())
    }
    free = [
        (index, at)
        for index, device in enumerate(before.device)
        for at in range(len(device.datastream))
        if (index, at) not in kept
    ]
    after, origins = list(after), {name: list(sources) for name, sources in origins.items()}
    for number, (index, at) in enumerate(free):
        others = [place for place, own in enumerate(indexes) if own != index]
        if not others or draw(st.booleans()):
            continue
        place = draw(st.sampled_from(others))
        device, entry = after[place], before.device[index].datastream[at]
        taken = {(each.virtual_pin, each.id) for each in device.datastream}
        pins, ids = {pin for pin, _ in taken}, {id_ for _, id_ in taken} - {None}
        if draw(st.booleans()) or entry.virtual_pin in pins or entry.id in ids:
            entry = draw(datastreams(40 + number))
        sources = origins.setdefault(device.name, [None] * len(device.datastream))
        behind = draw(st.integers(0, len(sources)))
        sources.insert(behind, (index, at))
        entries = list(device.datastream)
        entries.insert(behind, entry)
        after[place] = msgspec.structs.replace(device, datastream=tuple(entries))
    return after, origins


@st.composite
def _organisations(
    draw: st.DrawFn, before: Mapping[str, Organisation]
) -> tuple[dict[str, Organisation], dict[str, str]]:
    kept = draw(st.permutations(list(before)))[draw(st.integers(0, 1)) :]
    names = draw(st.lists(NAMES, min_size=len(kept), max_size=len(kept) + 1, unique=True))
    former = dict(zip(names, kept, strict=False))
    after = {name: draw(ORGANISATIONS) for name in names}
    return after, former


@st.composite
def _edited(
    draw: st.DrawFn, before: DeviceConfig, other: DeviceConfig, organisations: Mapping[str, Organisation]
) -> tuple[DeviceConfig, list[int | None]]:
    """`before` with the name and some other keys of `other`; and where its datastreams were."""
    keys = draw(st.sets(st.sampled_from([key for key in before.__struct_fields__ if key != "datastream"])))
    keys |= {"name", *(("server", "auth_token") if keys & {"server", "auth_token"} else ())}
    if before.organisation not in organisations:
        keys.add("organisation")
    kept = draw(st.permutations(range(len(before.datastream))))[draw(st.integers(0, 1)) :]
    indexes: list[int | None] = [*kept]
    if draw(st.booleans()):
        indexes.insert(draw(st.integers(0, len(indexes))), None)
    entries = []
    for pin, index in enumerate(indexes, 20):
        if index is not None and draw(st.booleans()):
            entries.append(before.datastream[index])
        else:
            entries.append(draw(datastreams(pin)))
    values = {key: getattr(other if key in keys else before, key) for key in before.__struct_fields__}
    return DeviceConfig(**values | {"datastream": tuple(entries)}), indexes

"""Writes benches as people might: in any layout and style, with a comment wherever TOML allows one."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import msgspec

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.wire.datastreams import Datastream

Owner = tuple[str | int, ...]
"""What a comment belongs to: `("device", 1)`, `("device", 1, 0)` for a datastream of it,
`("device", 1, 0, 5)` for the value 5 of an enum, `("organisation", "school")`, or `()` for the file."""


class Hand:
    """A person who writes a bench file; `seed` decides on their habits."""

    def __init__(self, config: BenchConfig, seed: int) -> None:
        self.comments: dict[str, Owner] = {}
        """The comments of the file, which are all different, and what they belong to."""
        self._random = random.Random(seed)
        self._config = msgspec.to_builtins(config)
        self._numbers = itertools.count()
        self._newline = self._random.choice(["\n", "\r\n"])
        self._busy = self._random.choice([0.0, 0.2, 0.6])
        self.text = self._file()

    def _file(self) -> str:
        root, sections = self._tables()
        devices, spread = self._devices()
        root += devices
        for section in sections:
            spread.insert(self._random.randint(0, len(spread)), section)
        self._random.shuffle(root)
        head = [self._own_line(()), ""] if self._often() else []
        tail = ["", self._own_line(())] if self._often() else []
        lines = [*head, *root, *itertools.chain(*spread), *tail]
        text = "".join(f"{line}\n" for line in lines)
        text = text[:-1] if self._often() and text else text
        text = text.replace("\n", self._newline)
        return ("\ufeff" if self._often() else "") + text

    def _tables(self) -> tuple[list[str], list[list[str]]]:
        """The bench and the organisations: lines above all headers, and tables with headers."""
        root: list[str] = []
        sections: list[list[str]] = []
        bench = self._keys(BenchSection, self._config["bench"])
        form = self._random.randrange(4)
        if form == 0:
            root.append(f"bench = {self._inline(bench)}{self._end(())}")
        elif form == 1:
            root += [f"bench.{key} = {value}{self._end(())}" for key, value in bench.items()]
        elif bench:
            sections.append(self._section("[bench]", bench, ("bench",)))
        tables = {
            name: self._keys(Organisation, table) for name, table in self._config["organisation"].items()
        }
        form = self._random.randrange(4)
        if form == 0 and tables:
            inner = {self._string(name, key=True): self._inline(table) for name, table in tables.items()}
            root.append(f"organisation = {self._inline(inner)}{self._end(())}")
        elif form in (1, 2) and tables:
            lines = []
            for name, table in tables.items():
                key, end = self._string(name, key=True), self._end(("organisation", name))
                dotted = [f"{key}.{inner} = {value}{end}" for inner, value in table.items()]
                lines += dotted if dotted else [f"{key} = {{}}{end}"]
            if form == 1:
                root += [f"organisation.{line}" for line in lines]
            else:
                sections.append([*self._above(()), f"[organisation]{self._end(())}", *lines])
        else:
            for name, table in tables.items():
                header = f"[organisation.{self._string(name, key=True)}]"
                sections.append(self._section(header, table, ("organisation", name)))
        return root, sections

    def _devices(self) -> tuple[list[str], list[list[str]]]:
        all_keys = [self._keys(DeviceConfig, table) for table in self._config["device"]]
        if self._random.random() < 0.15:
            tables = []
            for index, keys in enumerate(all_keys):
                if datastreams := self._datastreams(index):
                    keys = keys | {"datastream": self._list(datastreams, ("device", index), indexed=True)}
                tables.append(self._inline(keys))
            return [f"device = {self._list(tables, ('device',), indexed=True)}{self._end(())}"], []
        sections = []
        for index, keys in enumerate(all_keys):
            datastreams = self._datastreams(index)
            if datastreams and self._random.random() < 0.2:
                keys["datastream"] = self._list(datastreams, ("device", index), indexed=True)
                datastreams = []
            sections.append(self._section("[[device]]", keys, ("device", index)))
            if datastreams:
                for place, table in enumerate(self._config["device"][index]["datastream"]):
                    owner = ("device", index, place)
                    keys = self._keys(Datastream, table, owner)
                    sections.append(self._section("[[device.datastream]]", keys, owner))
        return [], sections

    def _datastreams(self, index: int) -> list[str]:
        tables = self._config["device"][index]["datastream"]
        return [self._inline(self._keys(Datastream, table)) for table in tables]

    def _section(self, header: str, keys: dict[str, str], owner: Owner) -> list[str]:
        indent = self._random.choice(["", "", "  "])
        lines = [f"{indent}{header}{self._end(owner)}"]
        for key, value in keys.items():
            if self._often():
                lines.append(indent + self._own_line(owner) if self._often() else "")
            equals = self._random.choice([" = ", " = ", "=", "   =  "])
            lines.append(f"{indent}{key}{equals}{value}{self._end(owner)}")
        if self._often():
            lines.append(self._own_line(owner))
        return [*self._above(owner), *lines]

    def _above(self, owner: Owner) -> list[str]:
        lines = [""] if self._random.random() < 0.8 else []
        if lines and self._often():
            # It may be a heading of more than one table, but one within a device belongs to the device.
            lines += [self._own_line(owner[:2] if len(owner) > 2 else ()), ""]
        if lines and self._often():
            lines.append(self._own_line(owner))
        return lines

    def _keys(self, kind: type[msgspec.Struct], table: dict[str, Any], owner: Owner = ()) -> dict[str, str]:
        """The keys to write, and their values as TOML, in any order."""
        written = {}
        for field in msgspec.structs.fields(kind):
            value = table[field.name]
            if field.name == "datastream" or value is None:
                continue
            is_needed = field.required or value != msgspec.to_builtins(field.default)
            if is_needed or self._random.random() < 0.1:
                written[field.name] = self._value(value, owner)
        return dict(self._random.sample(list(written.items()), len(written)))

    def _value(self, value: Any, owner: Owner) -> str:
        match value:
            case str():
                return self._string(value)
            case bool():
                return str(value).lower()
            case int():
                forms = [str(value), f"{value:_}", *([hex(value)] if value >= 0 else [])]
                return self._random.choice(forms)
            case float():
                return self._random.choice([repr(value), f"{value:.17e}"])
        texts = [self._value(each, ()) for each in value]
        return self._list(texts, owner) if owner else f"[{', '.join(texts)}]"

    def _string(self, value: str, *, key: bool = False) -> str:
        forms = [json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")]
        if value.isprintable() and "'" not in value:
            forms += [f"'{value}'", *([] if key else [f"'''{value}'''"])]
        if key and value.isalnum() and value.isascii():
            forms.append(value)
        return self._random.choice(forms)

    def _inline(self, keys: dict[str, str]) -> str:
        return "{" + ", ".join(f"{key} = {value}" for key, value in keys.items()) + "}"

    def _list(self, items: list[str], owner: Owner, *, indexed: bool = False) -> str:
        """A list; a comment in it belongs to its item, which `owner` and the item's index or value name."""
        if self._random.random() < 0.3:
            return f"[{', '.join(items)}]"
        text = f"[{self._end(self._of(owner, items, 0, indexed=indexed))}\n"
        for index, item in enumerate(items):
            own = self._of(owner, items, index, indexed=indexed)
            text += f"    {self._own_line(own)}\n" if self._often() else ""
            text += f"  {item},{self._end(own)}\n"
        return f"{text}]"

    def _of(self, owner: Owner, items: list[str], index: int, *, indexed: bool) -> Owner:
        if index >= len(items):
            return owner
        return (*owner, index if indexed else int(items[index].replace("_", ""), 0))

    def _often(self) -> bool:
        return self._random.random() < self._busy

    def _end(self, owner: Owner) -> str:
        return f"  {self._own_line(owner)}" if self._often() else self._random.choice(["", "", "  "])

    def _own_line(self, owner: Owner) -> str:
        comment = f"# {next(self._numbers)}; [x] \"it's"
        self.comments[comment] = owner
        return comment

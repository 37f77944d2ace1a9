"""What a bench that is changed while boards talk must have: lines, readings, fates, and who got them."""

from __future__ import annotations

from collections import Counter

from app.config.bench_file import DeviceConfig


class Identity:
    """A device, under whatever name, with the readings that the journal must have of it."""

    def __init__(self) -> None:
        self.values: dict[str, list[int]] = {}
        """The accepted values by target, in the order in which the board sent them."""
        self.meant: dict[int, set[str]] = {}
        """For each value, the tokens with which it may be sent."""

    @property
    def readings(self) -> int:
        return sum(map(len, self.values.values()))


class Session:
    """What a running device must have counted since it was added."""

    def __init__(self, device: DeviceConfig, identity: Identity, token: str) -> None:
        self.device = device
        self.identity = identity
        self.token = token
        self.lines: Counter[str] = Counter()
        self.openings = 0
        self.requests = 0
        """The requests so far. A forwarder that replaces another one goes on counting."""
        self.rest = ""
        """The bytes of a line that has not ended."""
        self.owed = ""
        """The rest of a line that the board has begun."""
        self.is_first = True
        """Whether the next line may have been cut off at its beginning."""

    def closes(self) -> None:
        """The port is closed: an unfinished line is partial."""
        self.lines["partial"] += bool(self.rest)
        self.rest, self.is_first = "", True

    def hears(self, text: str) -> None:
        """Judge `text`: lines such as `v1=5`, comments, and their parts."""
        *lines, self.rest = (self.rest + text).split("\n")
        for line in lines:
            self._judge(line)
            self.is_first = False

    def _judge(self, line: str) -> None:
        target, _, value = line.partition("=")
        is_assignment = target in ("v1", "v2") and value.isdigit()
        if line.startswith("#"):
            self.lines["comments"] += 1
        elif self.is_first and not is_assignment:
            self.lines["partial"] += 1
        elif not line:
            self.lines["blank"] += 1
        elif not is_assignment or int(value) > self._highest(target):
            self.lines["rejected"] += 1
        else:
            self.lines["accepted"] += 1
            self.identity.values.setdefault(target, []).append(int(value))
            self.identity.meant[int(value)] = {self.token} - {""}

    def _highest(self, target: str) -> float:
        entries = [entry for entry in self.device.datastream if f"v{entry.virtual_pin}" == target]
        return min((entry.max for entry in entries if entry.max is not None), default=1e9)

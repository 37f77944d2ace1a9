"""A small bench for the tests of the edited bench."""

from __future__ import annotations

from app.config.bench_file import BenchConfig, BenchSection, DeviceConfig, Organisation
from app.wire.datastreams import Datastream, DatastreamType
from ui.bench.model.draft import Draft


def bench() -> BenchConfig:
    return BenchConfig(
        bench=BenchSection(name="Lab", keep_days=7),
        organisation={"school": Organisation(monthly_messages=1000), "home": Organisation()},
        device=(
            DeviceConfig(
                name="greenhouse",
                port="COM5",
                server="https://fra1.blynk.cloud",
                auth_token="keyring:greenhouse",
                organisation="school",
                datastream=(
                    Datastream(virtual_pin=0, name="Sine"),
                    Datastream(virtual_pin=1, id=7, type=DatastreamType.DOUBLE, min=-40, max=85),
                ),
            ),
            DeviceConfig(name="cellar", port="COM6"),
        ),
    )


def draft() -> Draft:
    return Draft(bench())

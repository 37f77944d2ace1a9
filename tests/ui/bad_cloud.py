"""A cloud that does not answer, for the tests of the window."""

from __future__ import annotations

import msgspec

from app.bench.status import CloudState, CloudStatus
from app.messages.message import verbatim
from tests.ui.fake_bench import FakeDevice


def wait_for_cloud(device: FakeDevice, waiting: int) -> None:
    """Make the cloud unreachable: up to `waiting` readings of each datastream are pending.

    One reading of v1 is refused.
    """
    for target, stream in device.streams.items():
        n = min(waiting, stream.counts.forwarded)
        refused = 1 if target == "v1" else 0
        stream.counts = msgspec.structs.replace(
            stream.counts, forwarded=stream.counts.forwarded - n - refused, pending=n, refused=refused
        )
    device.cloud = CloudStatus(
        CloudState.WAITING,
        verbatim(
            f"The cloud does not answer (connection refused): {waiting * 4} readings wait, next try in 8 s."
        ),
        412,
        round((device.streams["v0"].times[-1] - 12) * 1e6),
        waiting * 4,
    )

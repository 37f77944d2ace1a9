"""The lights of a device: one tone for its port, and one for its connection to the cloud.

Invariant: every tone has a sign of its own, so that nobody needs to tell colours apart. Pure.
"""

from __future__ import annotations

from app.bench.status import CloudState, DeviceStatus, LinkState

SIGNS = {"good": "●", "warn": "◐", "bad": "✗", "": "○"}
"""The sign of each tone: it works, it needs attention, it fails, it is off."""
_LINK_TONES = {
    LinkState.GOOD: "good",
    LinkState.OPEN: "",
    LinkState.CLOSED: "",
    LinkState.ENDED: "",
    LinkState.RELEASED: "",
    LinkState.SILENT: "warn",
}
_CLOUD_TONES = {
    CloudState.OFF: "",
    CloudState.IDLE: "good",
    CloudState.SENDING: "good",
    CloudState.WAITING: "warn",
    CloudState.PAUSED: "bad",
}


def of_port(device: DeviceStatus) -> str:
    """The tone of a device's port: `good`, `warn`, `bad`, or empty if nothing can be said about it."""
    return _LINK_TONES.get(device.link.state, "bad")


def of_cloud(device: DeviceStatus) -> str:
    """The tone of a device's connection to the cloud: `good`, `warn`, `bad`, or empty without a server."""
    return _CLOUD_TONES[device.cloud.state]

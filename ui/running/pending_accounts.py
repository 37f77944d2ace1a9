"""What a bench can have of its bench file while auth tokens are missing. Pure.

Invariant: a device whose token is missing goes on with the account that it runs with, or with none if it does
not run yet, and changes in everything else; all other devices change completely.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from app.config.bench_file import BenchConfig, DeviceConfig


def has_account_of(device: DeviceConfig, other: DeviceConfig | None) -> bool:
    """Whether `device` has the same server and the same place for its token as `other`; None is no device."""
    return other is not None and (device.server, device.auth_token) == (other.server, other.auth_token)


def in_running(
    config: BenchConfig, running: BenchConfig, renamed: Mapping[str, str]
) -> dict[str, DeviceConfig]:
    """By the name in `config`, each device as the bench `running` has it; new devices are left out.

    `renamed` maps names in `config` to those in `running`, if they differ.
    """
    known = {device.name: device for device in running.device}
    found = {device.name: known.get(renamed.get(device.name, device.name)) for device in config.device}
    return {name: device for name, device in found.items() if device is not None}


def possible(
    config: BenchConfig, missing: Collection[str], running: BenchConfig, renamed: Mapping[str, str]
) -> BenchConfig:
    """`config`, but with the accounts that the devices `missing` have in `running`; new devices have none."""
    before = in_running(config, running, renamed)
    devices = tuple(
        _with_account_of(config, device, before.get(device.name)) if device.name in missing else device
        for device in config.device
    )
    return msgspec.structs.replace(config, device=devices)


def _with_account_of(config: BenchConfig, device: DeviceConfig, other: DeviceConfig | None) -> DeviceConfig:
    account = other or DeviceConfig(port=device.port)
    return msgspec.structs.replace(
        device,
        server=account.server,
        auth_token=account.auth_token,
        organisation=account.organisation if account.organisation in config.organisation else "",
        # A server that need not be spared may be followed by one that must be.
        requests_per_s=device.requests_per_s or account.requests_per_s,
    )

"""Changes names and accounts of devices in the journal while the program runs.

Invariants: a change is one durable commit, or nothing changes; readings, fates, rejected lines and used
budgets follow a device to its new name. Only for the thread that writes the journal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from app.journal.journal import Account, Journal
from app.journal.streams.accounts import refuse


def refuse_account(journal: Journal, device: str, account: bytes) -> None:
    """Note that the server of `account` has never accepted the token for which readings of `device` wait.

    If the device has another account later, these readings are meant for none, instead of being held for this
    one (see `app.journal.streams.accounts.refuse`).
    """
    with journal.transaction() as change:
        for stream in journal.streams(device):
            change.put(replace(stream, account_ranges=refuse(stream.account_ranges, account)))


def change_devices(
    journal: Journal,
    accounts: Mapping[str, Account],
    *,
    renamed: Mapping[str, str] = {},
    left: Collection[str] = (),
    usage: Mapping[str, str] = {},
) -> None:
    """Give devices other names and accounts.

    `renamed` maps names in the journal to new names, and may swap names. A new name must be free, or its
    device must get another name too. `accounts` maps devices, by their new names, to their present accounts
    (see `Journal.bind`). All pending readings of the devices in `left` are held from now on, as if the
    devices had left the bench file before the start. `usage` maps names of budgets to new names.
    """
    bound = {
        renamed.get(name, name): account for name, account in journal.accounts.items() if name not in left
    } | {name: account.fingerprint for name, account in accounts.items()}
    before = {new: old for old, new in renamed.items()}
    with journal.transaction(accounts=bound) as change:
        change.rename({old: (new, journal.streams(old)) for old, new in renamed.items()})
        for name, account in accounts.items():
            change.adopt(name, journal.streams(before.get(name, name)), *account)
        for name in left:
            for stream in journal.streams(name):
                change.put(replace(stream, resent=0))
        change.rename_budgets(journal.usage(), usage)

"""The servers of an account: by which fingerprints it is known, and to which region the cloud has sent it.

Invariants: readings that were meant for one server of Blynk are not held if the bench file later names
another one; a region is kept apart for each server in a bench file and each token; neither the token nor the
path of a URL is stored.
"""

from __future__ import annotations

from app.config.addresses import earlier_account_servers, server_identity
from app.journal.journal import Account, Journal


def bind(journal: Journal, device: str, server: str, token: str) -> None:
    """Make the account of `server` and `token` the present account of `device` (see `account_of`)."""
    journal.bind(device, *account_of(journal, server, token))


def account_of(journal: Journal, server: str, token: str) -> Account:
    """The account of `server` and `token`; one without a fingerprint if `token` is empty.

    Readings that an earlier version of the program wrote for this account are not held.
    """
    if not token:
        return Account(b"")
    account = journal.fingerprint(server, token)
    return Account(account, fingerprints(journal, server, token) - {account})


def fingerprints(journal: Journal, server: str, token: str) -> set[bytes]:
    """All fingerprints that readings for the account of `server` and `token` may have in `journal`.

    Earlier versions of the program gave the account another one for each region and spelling.
    """
    names = earlier_account_servers(server) | {remembered(journal, server, token)}
    return {journal.fingerprint(server, token), *(journal.digest(name, token) for name in names)}


def remembered(journal: Journal, server: str, token: str) -> str:
    """The server to which `server` has last sent the account of `token`; empty if it has sent it nowhere."""
    row = (
        journal.reader()
        .execute("SELECT server FROM region WHERE asked = ?", (_key(journal, server, token),))
        .fetchone()
    )
    return str(row[0]) if row else ""


def remember(journal: Journal, server: str, token: str, region: str) -> None:
    """Store that `server` has sent the account of `token` to `region`. If that is empty, forget the region.

    Only for the thread that writes the journal.
    """
    key = _key(journal, server, token)
    with journal.transaction(synced=False) as change:
        change.connection.execute("DELETE FROM region WHERE asked = ?", (key,))
        if region:
            change.connection.execute("INSERT INTO region VALUES (?, ?)", (key, region))


def _key(journal: Journal, server: str, token: str) -> bytes:
    return journal.digest(server_identity(server), token)

"""What the journal holds: streams of readings, and the fate and the account of each reading.

Theory of operation
===================

A *stream* is the readings of one target of one device. Its readings are numbered from 1 without gaps; the
number is called *seq*, and `next_seq` is the seq of the next new reading. Only the seqs give the order, never
a clock. A reading is never changed. Everything else is stored apart from the readings, as ranges of seqs,
because one row can then describe ten readings or ten million.

A seq has three properties:

1. Its *fate*. A *run* (table `settled`) covers a range of seqs that share a fate and a reason. A seq that no
   run covers is *pending*. The *cursor* is the first pending seq; after it, runs and pending seqs can
   alternate.
2. Its *account*: the token and server for which the reading was meant when it arrived. The account ranges of
   a stream (table `meant`) begin at seq 1 and have no gaps between them. A pending seq is *held* if its
   account is not the device's present account.
3. Its *mark* (table `resent`): a marked seq was refused, and the user has decided to send it again. It is
   pending. Marked seqs are sent before all others, one by one, outside the order of seqs.

Which rule wins
---------------

When does a forwarder get a seq? The first of these rules that fits the seq decides:

    settled             never
    held                not before the user assigns it to the present account, even if it is marked
    marked              before all others (`unsettled.resent`)
    pending             in the order of seqs (`unsettled.pending`, `unsettled.newest`)

The user can also discard a held seq, which settles it as expired, or a refused one, which is then expired.

A run is inserted only over seqs that no run covers. So the cloud's first answer counts, and a late or
repeated answer changes nothing. Settling a seq also removes its mark. Sending again is the only way back
from settled to pending: the seqs are cut out of their run and marked.

The counters
------------

Each stream has four counters, for its forwarded, superseded, refused and expired readings. Counters and runs
change in the same transaction. The number of pending readings is calculated: `next_seq - 1` less the four
counters. This is why the ledger balances at every commit, whatever fails. `held` is the number of held
readings, and `resent` is the number of marked readings that are not held. Both are calculated from the
ranges, without looking at a reading.

Pruning deletes old readings that are settled, and replaces their runs by one run that has `pruned` in place
of a fate. That run stays, so that the seqs are covered. From then on, only the four counters tell how many of
the deleted readings had which fate.

A stream can also lose all its readings at once: when the user deletes the data of a device that is in the
bench, and when a new journal replaces a damaged one. The pending readings become expired, one run with
`pruned` covers all seqs, and the next reading continues the numbering. If a device has left the bench,
deleting its data also deletes its streams with their counters.

A forwarder reads each stream in the order of seqs and remembers its position. It has to begin at seq 1 again
when the user sends held readings to the present account or deletes the data. The stream's `generation` then
grows, which tells the forwarder.

Invariants: no seq is covered by two runs; readings = forwarded + superseded + refused + expired + pending
at every commit; held readings and marked readings are pending.
"""

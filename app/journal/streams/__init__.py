"""What the journal holds: streams of readings, the fate of each, and the account that it was meant for.

Theory of operation
===================

A *stream* is the readings of one target of one device. They are numbered by *seq*, from 1 and without gaps;
`next_seq` is the seq that the next reading gets. Seq alone gives the order; clocks never decide it. A
reading is never changed. Everything else is kept beside the readings, as ranges of seqs, because one row can
then describe ten readings or ten million.

A seq has three independent properties:

1. Its *fate*. A *run* (table `settled`) covers a range of seqs that share a fate and a reason. A seq that no
   run covers is *pending*. The *cursor* is the first pending seq; after it, runs and gaps may alternate.
2. Its *account*: the token and server that the reading was meant for when it came. The ranges of a stream
   (table `meant`) begin at seq 1 and have no gaps between them. A pending seq is *held* if its account is
   not the device's present one.
3. Its *mark* (table `resent`): a marked seq was refused, and the user sends it again. It is pending. Marked
   seqs are sent before all others, one by one, outside the order.

Which rule wins
---------------

A seq is handed out by the first rule that fits:

    settled             never
    held                not until the user assigns it to the present account or discards it, marked or not
    marked              before all others (`unsettled.resent`)
    pending             in the order of seqs (`unsettled.pending`, `unsettled.newest`)

A run is inserted only over seqs that no run covers. So the cloud's first answer counts, and a late or
repeated answer changes nothing. Settling a seq also removes its mark. Sending again is the only way back
from settled to pending: it cuts the seqs out of their run and marks them.

The counters
------------

Each stream has a counter for each fate except pending, changed in the same transaction as the runs. The
number of pending readings is calculated: `next_seq - 1` less the four counters. This is why the ledger
balances at every commit, whatever fails. `held` and `resent` are counted from the ranges, without looking at
a reading.

Pruning deletes old readings that are settled, and replaces their runs by one run with the fate `pruned`. That
run stays, so that the seqs are covered; from then on the fates are only in the counters. When the data of a
device in the bench is deleted, or a damaged file is replaced, the same happens to whole streams: pending
readings end as expired, and seqs go on. If a device has left the bench, deleting its data also deletes its
streams with their counters.

A forwarder reads each stream in the order of seqs and remembers its position. When the user sends held
readings to the present account or deletes the data, the forwarder has to begin at seq 1 again. The stream's
`generation`, which then grows, makes it do so.

Invariants: no seq is covered by two runs; readings = forwarded + superseded + refused + expired + pending
at every commit; held is a part of pending, and resent a part of what is pending and not held.
"""

"""What the journal holds: streams of readings, the fate of each, and the account that it was meant for.

Theory of operation
===================

A *stream* is the readings of one target of one device. They are numbered by *seq*, from 1 and without gaps;
`next_seq` is the seq that the next reading gets. Seq is the only order: clocks never decide it. A reading
is never changed. Everything else is kept beside the readings, as ranges of seqs, because one row can then
speak of ten readings or of ten million.

A seq has a place on three independent axes:

1. Its *fate*. A *run* (table `settled`) covers a range of seqs that share a fate and a reason. What no run
   covers is *pending*. The *cursor* is the first pending seq; after it, runs and gaps may alternate.
2. Its *account*: the token and server that the reading was meant for when it came. The ranges of a stream
   (table `meant`) begin at seq 1 and have no gaps between them. A pending seq is *held* if its account is
   not the one that the device feeds now.
3. Its *mark* (table `resent`): the user sends a refused reading again. Marked seqs are pending. They go
   before all others, one by one, outside the order.

Which rule wins
---------------

A seq is handed out by the first rule that fits:

    settled             never
    held                not until the user sends it here or discards it, marked or not
    marked              before all others (`unsettled.resent`)
    pending             in the order of seqs (`unsettled.pending`, `unsettled.newest`)

A run is inserted only over seqs that no run covers. So the first answer counts, and a late or repeated one
changes nothing. Settling a seq also removes its mark. Sending again is the one way back from settled to
pending: it cuts the seqs out of their run and marks them.

The counters
------------

Each stream has a counter for each fate, changed in the same transaction as the runs. Pending is not counted
but follows: `next_seq - 1` less the four counters. This is why the ledger balances at every commit,
whatever fails. `held` and `resent` are counted from the ranges, without looking at a reading.

Pruning deletes old readings that are settled, and replaces their runs by one run with the fate `pruned`,
which stays so that the seqs are covered; from then on only the counters know the fates. Deleting the data of
a device of the bench and replacing a damaged file do the same to whole streams: what was pending there ends
as expired, and seqs go on. The streams of a device that has left the bench are forgotten with its data.

A reader that walks along a stream remembers how far it has come. When older readings become free behind it,
because held ones are sent here or the data is deleted, the stream's `generation` grows, which tells the
reader to begin at seq 1 again.

Invariants: no seq is covered by two runs; readings = forwarded + superseded + refused + expired + pending
at every commit; held is a part of pending, and resent a part of what is pending and not held.
"""

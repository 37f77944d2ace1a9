"""Summaries of readings: what a plot of a long time needs, and what stays of readings that are pruned.

Theory of operation
===================

A *block* is a number of readings of one stream whose seqs begin at a fixed place: 64 readings at level 1, and
8 blocks of a level at the next one. The *entry* of a block says how many numbers the block has, and which
are the first, the last, the lowest and the highest, each with its time. These four are what a line through
all readings of the block shows, if the block is no wider than a pixel.

A *row* of the table `summary` has the entries of up to 256 blocks, packed. So a row of level 1 is about
16,384 readings, and a row of each further level is about 8 rows of the level before:

    level   readings in a block   readings in a row
      1                      64              16,384
      2                     512             131,072
      3                   4,096           1,048,576
      4                  32,768           8,388,608     and so on

The thread that writes the journal makes the rows from committed segments, between two commits. So there is
one way, whether the readings have just come, were there before a crash, or are in the journal of an earlier
version. A row is made when all its readings are there. Only the last row of level 1 may be made before, if
readings are to be pruned: it is then made again when there are more. A row of a higher level is made from 8
rows of the level before, when these are whole.

So the rows of a level reach up to some seq, those of the level before reach further by less than a row, and
fewer than 16,384 readings are in no row, unless the writer has had no time yet. Together they cover the
stream. If the file becomes too large, the oldest rows of the lowest level go first; for these readings, there
are only higher levels.

Texts and locations have no place in an entry. A stream of texts has rows without entries, which only tell how
far its readings have been looked at. What a plot shows of texts is read from the readings (`states`).
"""

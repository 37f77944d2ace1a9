"""From the bytes of a board to readings: lines, the grammar, datastreams, hints. Pure: no I/O, no clock."""

"""What a serial port receives from a board that sends at another baud rate."""

from __future__ import annotations


def received(data: bytes, sent_at: int, read_at: int) -> bytes:
    """The bytes that a UART at `read_at` baud receives of `data`, sent without a pause at `sent_at` baud.

    A character has a start bit, eight data bits and a stop bit, each read in its middle. Like a 16550, the
    UART takes a low level in place of a stop bit for the next start bit.
    """
    levels = [bit for byte in data for bit in (0, *(byte >> place & 1 for place in range(8)), 1)]

    def level(at_s: float) -> int:
        place = int(at_s * sent_at)
        return levels[place] if place < len(levels) else 1

    found, at_s, bit_s = bytearray(), 0.0, 1 / read_at
    while at_s < len(levels) / sent_at:
        if level(at_s):
            at_s += bit_s / 16
            continue
        found.append(sum(level(at_s + (place + 1.5) * bit_s) << place for place in range(8)))
        at_s += 9.5 * bit_s
    return bytes(found)

"""The position of a replay: it plays at a speed, pauses, and moves to any other position.

Invariants: the position is never before the start, and never after the end of what is known of the recording;
at that end, the replay waits if more will be known, and pauses if not. Pure: the time is passed in, in
seconds of a clock that only runs forward.
"""

from __future__ import annotations

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 0.0)
"""The speeds that the window offers. At 2, a replay is twice as fast as the recording; 0 does not wait."""


class Transport:
    """The position in a recording, in microseconds since its start."""

    def __init__(self, now_s: float) -> None:
        self.speed = 1.0
        self.is_playing = True
        self._at_us = 0
        self._left_us = 0.0
        """A part of a microsecond that has been played, too."""
        self._since_s = now_s

    def move(self, now_s: float, end_us: int, *, is_whole: bool) -> int:
        """The position at the time `now_s`. Of the recording, the part before `end_us` is known.

        `is_whole` is true if that is the whole recording.
        """
        passed_s, self._since_s = max(0.0, now_s - self._since_s), now_s
        if self.is_playing:
            if self.speed:
                played_us = passed_s * self.speed * 1e6 + self._left_us
                self._left_us = played_us % 1
                self._at_us += int(played_us)
            else:
                self._at_us = end_us
        self._at_us = min(self._at_us, end_us)
        if is_whole and self._at_us == end_us:
            self.is_playing = False
        return self._at_us

    def seek(self, at_us: int) -> None:
        """Continue at another position. The next `move` puts it inside the recording."""
        self._at_us, self._left_us = max(0, at_us), 0.0

    def toggle(self, end_us: int) -> None:
        """Pause, or play on; at the end of the recording, play again from its start."""
        if not self.is_playing and self._at_us >= end_us:
            self.seek(0)
        self.is_playing = not self.is_playing

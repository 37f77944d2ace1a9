"""What the window does with recordings: it names them, and shows them as runs."""

from __future__ import annotations

from app.bench.player import Player as Player
from app.boards.recordings.format import SUFFIX as SUFFIX
from app.boards.recordings.naming import rename as rename
from app.boards.recordings.transport import SPEEDS as SPEEDS

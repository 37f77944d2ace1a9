"""What the window needs to know about recordings, to name them and to choose them as runs.

`app.bench.player` shows them. It is slow to import, and needed only if the user opens a recording.
"""

from __future__ import annotations

from app.boards.recordings.format import SUFFIX as SUFFIX
from app.boards.recordings.naming import rename as rename
from app.boards.recordings.transport import SPEEDS as SPEEDS

"""Makes the pictures in the READMEs anew, in a minute: `.venv/bin/python packaging/screenshots.py`.

For each picture, the script shows the demo in the real window, which Qt draws in memory: in light and in dark
colours, in each language of a README. It changes no file but the pictures, and needs no screen. The demo runs
in real time, so that the clock times differ with every run; all else is nearly the same on a machine with the
same fonts.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "packaging" / "pictures"
ENDINGS = {"en": "", "de": "-de"}
"""What the names of a language's pictures end with."""
THEMES = ("light", "dark")
SIZE = (1280, 800)
"""Width and height of a picture in pixels."""
_SECONDS = 12.4
"""How long the demo runs before a picture, so that its curves fill the plot, which shows ten seconds."""
_RETRIES = 5
"""How often the demo runs on for so long again, until a picture has no gap in its curves."""
_FONT = "DejaVu Sans"
"""The font of the pictures; `bootstrap.py` installs it on Linux. A machine without it uses its own font."""


def main(folder: Path = PICTURES, seconds: float = _SECONDS) -> None:
    """Write all pictures into `folder`, each after `seconds` seconds of the demo."""
    sys.path.insert(0, str(ROOT))
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = "1"
    from PySide6.QtGui import QFont, QFontDatabase
    from PySide6.QtWidgets import QApplication

    application = QApplication(sys.argv[:1])
    if _FONT in QFontDatabase.families():
        application.setFont(QFont(_FONT, 9))
    for language, theme in itertools.product(ENDINGS, THEMES):
        path = take(folder, language, theme, seconds)
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


def take(folder: Path, language: str, theme: str, seconds: float) -> Path:
    """Write a picture into `folder`, after `seconds` seconds of the demo, and return its path.

    Needs a QApplication. Raises OSError if the picture cannot be written.
    """
    from app.commands.window_tokens import WindowTokens
    from app.demo.demo import Demo
    from app.journal import earlier
    from app.messages import languages
    from app.messages.languages import text
    from ui.application import Program
    from ui.contract import BenchView
    from ui.menus import add_menus
    from ui.settings import Settings
    from ui.theme.colors import Theme
    from ui.window import MainWindow

    languages.choose(language)
    demo = Demo(name=text("demo_board"))

    def make(*_: object) -> BenchView:
        return demo.bench()

    width, height = SIZE
    window = MainWindow(
        Program(make, list, WindowTokens(), lambda: demo, earlier.find),
        settings=Settings(theme=Theme(theme), width=width, height=height),
    )
    add_menus(window)
    window.connection.open_demo(demo)
    window.show()
    window.connection.connect_bench()
    try:
        _show(seconds)
        for _ in range(_RETRIES):
            if not any(strip.canvas.content.grounds for strip in window.pane.plot.strips):
                break
            _show(seconds)  # there was a gap: a computer that was busy has read the board late
        picture = window.grab()
    finally:
        window.close()  # stops the bench, and the demo too
        window.deleteLater()
    path = folder / f"window-{theme}{ENDINGS[language]}.png"
    if not picture.save(str(path), "PNG", 0):  # 0: as small as possible
        raise OSError(f"cannot write {path}")
    return path


def _show(seconds: float) -> None:
    """Let the open windows draw for `seconds` seconds."""
    from PySide6.QtCore import QEventLoop, QTimer

    until = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), until.quit)
    until.exec()


if __name__ == "__main__":
    main()

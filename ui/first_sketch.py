"""The sketch that the window shows to a user who has none: on its first page and in the help.

Invariants: it is a whole sketch, which needs no wiring and compiles for every Arduino; each line that it
prints is accepted; it has no words, so it is the same in every language. The READMEs show it too.
"""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel

from app.messages.languages import text
from ui.plot.overview import plain_label

SKETCH = """\
void setup() { Serial.begin(115200); }
void loop() {
  Serial.print("v1=");
  Serial.println(analogRead(A0));
  delay(1000);
}
"""
PRINTED = "v1=412"
"""A line that the sketch prints."""


def sketch_label() -> QLabel:
    """A label that shows the sketch in a font whose letters are all equally wide."""
    label = plain_label(SKETCH.rstrip())
    label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    label.setAccessibleName(text("label_sketch"))
    return label

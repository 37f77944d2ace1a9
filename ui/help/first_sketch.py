"""The sketch that the window shows to a user who has none: on its first page and in the help. Pure.

Invariants: it is a whole sketch, which needs no wiring and compiles for every Arduino; each line that it
prints is accepted; it has no words, so it is the same in every language. The READMEs show it too.
"""

from __future__ import annotations

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

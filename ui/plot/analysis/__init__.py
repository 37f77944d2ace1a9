"""The window that analyses the readings between the cursors or in view: x–y, a histogram, a spectrum."""

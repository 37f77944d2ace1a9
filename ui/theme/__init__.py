"""The colours of the window, and the code that applies them to Qt."""

"""Recordings in the window: where they are when they end, their names, and their replay."""

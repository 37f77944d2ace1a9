"""Tests of `ui.alarms`."""

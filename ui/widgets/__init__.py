"""Widgets that know nothing of a bench."""

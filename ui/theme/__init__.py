"""Colours, and how Qt is dressed in them."""

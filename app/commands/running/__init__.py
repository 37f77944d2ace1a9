"""Runs a bench without a window until a signal comes or nothing is left to do, and reports what happens."""

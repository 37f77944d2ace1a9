"""Runs a bench without a window until it is stopped or nothing is left to do, and reports what happens."""

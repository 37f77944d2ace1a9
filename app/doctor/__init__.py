"""Checks for problems that keep the bridge from working on this computer, each reported with its fix."""

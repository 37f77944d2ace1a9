"""Checks of what would keep the bridge from working on this computer, each with its fix."""

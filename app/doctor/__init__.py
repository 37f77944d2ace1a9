"""Finds problems that prevent the bridge from working on this computer, and reports each with its fix."""

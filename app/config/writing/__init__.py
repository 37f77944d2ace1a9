"""Writes bench files: new ones, and changes in those that people wrote, with their comments kept."""

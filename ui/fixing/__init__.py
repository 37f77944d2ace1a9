"""Carries out the fixes whose buttons the user presses."""

"""Keeps the recent numeric readings of every target in memory, for the plots."""

"""Gives the plots the numeric readings of any period, from memory and from the journal."""

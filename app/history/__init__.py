"""The recent numbers of every target, kept in memory for the plots."""

"""The timeline in the journal: what happened to each device and when, and the user's markers."""

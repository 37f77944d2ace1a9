"""Forwards readings from the journal to the cloud: decides what to send and when, and sends it in threads."""

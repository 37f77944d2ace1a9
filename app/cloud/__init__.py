"""Forwarding from the journal to the cloud: the plan, its pacing, calls as data, and the sending threads."""

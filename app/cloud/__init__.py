"""From the journal to the cloud: calls as data, pacing, the plan, and the threads that send."""

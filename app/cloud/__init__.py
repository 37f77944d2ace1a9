"""Where readings go: calls as data, pacing, the plan, and the threads that send."""

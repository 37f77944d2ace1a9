"""Raw sessions: recorded to a file, and played from one."""

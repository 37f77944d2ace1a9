"""What to connect, and how."""

"""Serial ports: lists them, tells boards apart, finds out who has a port open or why it cannot be opened."""

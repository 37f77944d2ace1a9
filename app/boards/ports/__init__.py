"""Serial ports: lists them, finds each device's board, and explains why a port cannot be opened."""

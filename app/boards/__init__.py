"""Boards: finds and reads their ports, judges their lines, and records, replays or simulates boards."""

"""Everything about boards: their ports, their lines and states, recordings, and simulated boards."""

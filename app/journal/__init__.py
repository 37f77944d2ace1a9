"""What must not be lost: the journal, its writer, its upkeep, and its export."""

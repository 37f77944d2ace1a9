"""What must not be lost: the journal, its writer, the history for plots, and the export."""

"""Questions and dialogs, and the export that a dialog starts."""

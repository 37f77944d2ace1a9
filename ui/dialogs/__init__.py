"""Questions, dialogs, and what they start."""

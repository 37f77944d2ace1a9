"""The editor of a bench file, and the dialogs that belong to it."""

"""The pane with the table of datastreams, at the left of the window."""

"""The full-screen view for a projector: large values and plots, and nothing else of the window."""

"""What the plot reads: the points of its curves, where they break, and what happened meanwhile."""

"""What is measured between the two cursors of the plot."""

"""The strips of the plot: header, value axes, and the canvas on which curves are drawn."""

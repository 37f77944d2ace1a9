"""The live plot and its tools."""

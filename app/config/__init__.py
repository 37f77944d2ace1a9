"""The bench file: its types, how it is loaded, and what is said of its errors."""

"""The bench file: its types, how it is loaded, what is said of its errors; and where the user's files lie."""

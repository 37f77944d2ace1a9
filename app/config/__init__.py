"""The bench file: its types, its loader and its errors; and the folders of the user's files."""

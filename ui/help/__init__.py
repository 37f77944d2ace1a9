"""The help: topics with pictures, which can be searched and need no network."""

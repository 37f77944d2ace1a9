"""The English sentences of the window. Pure."""

"""The English sentences, a module for each part of the program. Pure."""

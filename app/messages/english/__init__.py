"""The English sentences, a module for each room of the program. Pure."""

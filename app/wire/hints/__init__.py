"""How mistakes in a line are recognised and repaired, a module for each kind of mistake. Pure."""

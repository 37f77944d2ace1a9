"""The steps of a build, each in a file of its own; `build.py` runs them in order."""

"""The steps of a build, one module for each; `build.py` runs them in order."""

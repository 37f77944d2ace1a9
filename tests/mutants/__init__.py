"""The project's own mutation check: it makes small changes to a module, and a test must notice each of them.

Why not mutmut (3.8) or cosmic-ray (8.7): neither drops statements, replaces conditions or changes SQL, and
these are the mutants that lose readings. Mutmut does not run on Windows, and cosmic-ray cannot draw the same
random sample again.
"""

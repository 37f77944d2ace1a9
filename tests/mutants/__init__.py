"""The project's own mutation check: small changes to one module, each of which a test must notice.

Why not mutmut (3.8) or cosmic-ray (8.7): neither drops statements, replaces conditions or changes SQL, and
these are the mutants that lose readings. Mutmut does not run on Windows, and cosmic-ray cannot draw the same
random sample again.
"""

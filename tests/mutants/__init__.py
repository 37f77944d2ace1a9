"""A mutation check of the project's own: small changes to one module, each of which a test must notice.

Why not mutmut (3.8) or cosmic-ray (8.7): neither drops statements, takes a branch always or touches SQL, and
those are the mutants that lose readings; mutmut refuses Windows, and cosmic-ray draws no seeded sample.
"""

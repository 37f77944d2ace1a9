"""The window. It draws what a bench reports, and never parses, stores or sends anything itself."""

"""The window. It looks at a bench and draws; it never parses, stores or sends."""

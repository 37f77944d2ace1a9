"""All devices of a bench file: built, started, stopped, and what they say of themselves."""

"""The bench: all devices of a bench file, built, started and stopped, and the status of each."""

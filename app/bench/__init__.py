"""The bench: builds, starts and stops the devices of a bench file, and gives the status of each."""

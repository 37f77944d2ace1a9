"""The pane about a device's connection to the cloud."""

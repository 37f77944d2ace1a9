"""The widgets in which the user chooses the boards to connect."""

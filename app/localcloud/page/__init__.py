"""The web page that shows the values in the local cloud."""

"""What is open in the window: it is opened, connected, disconnected, and goes on in the background."""

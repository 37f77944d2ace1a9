"""The colours of the window, and how Qt gets them."""

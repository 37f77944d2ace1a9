"""Blynk's HTTPS device API: the calls to it, the answers from it, and the HTTP client between them."""

"""Blynk's HTTPS device API: its calls and answers, and the HTTP client that sends the calls."""

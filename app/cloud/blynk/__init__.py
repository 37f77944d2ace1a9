"""Blynk's HTTPS device API: calls, answers, and the one place that talks HTTP."""

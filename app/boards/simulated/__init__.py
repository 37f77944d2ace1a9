"""Simulated boards, which need no hardware."""

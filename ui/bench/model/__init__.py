"""The bench that is edited, without Qt: its tables, their keys, and what is said about them. Pure."""

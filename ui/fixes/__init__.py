"""The fixes that sentences name: which sentence has which, and their buttons."""

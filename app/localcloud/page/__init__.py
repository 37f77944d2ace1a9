"""The page that shows what the local cloud holds."""

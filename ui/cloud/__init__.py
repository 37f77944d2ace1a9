"""The cloud as one device sees it."""

"""`python -m app` is `pinbridge`."""

from app.cli import main

main()

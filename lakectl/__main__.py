"""`python -m lakectl` is the same as `lakectl`."""

from lakectl.cli import run

run()

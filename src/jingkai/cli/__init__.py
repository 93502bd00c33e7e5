"""The command line: jingkai demo | serve | work | read | value | report | check | bench."""

from jingkai.cli.main import main

__all__ = ["main"]

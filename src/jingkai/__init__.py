"""经开: the operating system of a development zone."""

__version__ = "0.1.0"

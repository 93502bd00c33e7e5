"""The one word for a file that cannot be read."""

__all__ = ["CannotRead"]


class CannotRead(ValueError):
    """A file that is no readable report; the message says why and what to do."""

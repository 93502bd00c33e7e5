"""The one word for a file that cannot be read."""

from jingkai.kernel.refusals import Refusal

__all__ = ["CannotRead"]


class CannotRead(Refusal):
    """A file that is no readable report; the words say why and what to do."""

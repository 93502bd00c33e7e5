"""What the case engine refuses, each by its name."""

__all__ = [
    "Blocked",
    "CaseRefused",
    "DefinitionWithdrawn",
    "MovedMeanwhile",
    "NotYours",
]


class CaseRefused(ValueError):
    """An act that the case does not allow; the message says why and what to do."""


class MovedMeanwhile(CaseRefused):
    """Somebody else was first; the message says who and when."""


class NotYours(CaseRefused):
    """The work lies with somebody else; the message says with whom."""


class Blocked(CaseRefused):
    """A flag on the case blocks the step; the message says which and what clears it."""


class DefinitionWithdrawn(CaseRefused):
    """The definition of the case is no longer in force."""

"""What the counter refuses, each by its name."""

__all__ = [
    "ApplicationRefused",
    "InvitationRefused",
    "NotDelegated",
    "NotOpen",
    "PapersMissing",
    "TooManyMisses",
]


class ApplicationRefused(ValueError):
    """Something the application does not allow; the message says why and what to do."""


class NotOpen(ApplicationRefused):
    """An item whose limit and basis nobody has confirmed yet."""


class PapersMissing(ApplicationRefused):
    """Papers without which the application cannot be accepted; the message names them all."""


class NotDelegated(ApplicationRefused):
    """A decision that the one seal has no document for."""


class TooManyMisses(ApplicationRefused):
    """Too many look-ups that found nothing; the message says when to try again."""


class InvitationRefused(ApplicationRefused):
    """A link that no longer works, or an account that cannot be opened; the message says why."""

"""What supervision refuses, each by its name."""

__all__ = [
    "BulletinRefused",
    "FollowUpRefused",
    "LettersRefused",
    "MeetingRefused",
    "QuestionRefused",
]


class FollowUpRefused(ValueError):
    """A 督办单 that cannot be made like this."""


class BulletinRefused(ValueError):
    """A 通报 that cannot be published like this."""


class LettersRefused(ValueError):
    """Letters that cannot go out like this."""


class MeetingRefused(ValueError):
    """A meeting that cannot be kept like this."""


class QuestionRefused(ValueError):
    """An answer that cannot be taken like this."""

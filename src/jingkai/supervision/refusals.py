"""What supervision refuses, each by its name."""

from jingkai.kernel.refusals import Refusal

__all__ = [
    "BulletinRefused",
    "FollowUpRefused",
    "LettersRefused",
    "MeetingRefused",
    "QuestionRefused",
]


class FollowUpRefused(Refusal):
    """A 督办单 that cannot be made like this."""


class BulletinRefused(Refusal):
    """A 通报 that cannot be published like this."""


class LettersRefused(Refusal):
    """Letters that cannot go out like this."""


class MeetingRefused(Refusal):
    """A meeting that cannot be kept like this."""


class QuestionRefused(Refusal):
    """An answer that cannot be taken like this."""

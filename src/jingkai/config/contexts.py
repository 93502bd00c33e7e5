"""The contexts, lowest first. This list is their only registration."""

__all__ = ["CONTEXTS"]

CONTEXTS = [
    "mail",
    "cases",
    "enterprises",
    "returns",
    "ladder",
    "projects",
    "approvals",
    "plan",
    "supervision",
    "reports",
]

"""What can be asked of the backups."""

__all__ = ["JOB_KINDS"]

JOB_KINDS = ("backup.make", "backup.drill")

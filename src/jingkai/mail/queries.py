"""Read where people get their mail, and what a digest would say."""

from django.conf import settings

from jingkai.mail.models import MailAddress
from jingkai.org.queries import Notice, Person, notices_of

__all__ = ["MailAddress", "find_address", "is_mail_set_up", "unsent_notices"]


def is_mail_set_up() -> bool:
    """Tell whether this house sends mail at all."""
    return bool(settings.EMAIL_HOST)


def find_address(person: Person) -> MailAddress | None:
    """Return where a person gets mail, None where they get none."""
    return MailAddress.objects.filter(person=person).first()


def unsent_notices(to: MailAddress) -> list[Notice]:
    """Return the notices to a person and their department that no mail told of and nobody read."""
    found = notices_of(to.person).filter(pk__gt=to.last_notice, read_at=None)
    return list(found.order_by("pk"))

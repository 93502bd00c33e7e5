"""Mail: one digest a person a day, and what turns red at once. The jobs' table is the outbox.

A job that fails is tried again; a mail server that is down loses nothing and holds up nobody.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from jingkai.audit.services import note
from jingkai.jobs.services import promise
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.mail.models import MailAddress
from jingkai.mail.queries import is_mail_set_up, unsent_notices
from jingkai.org.queries import Person, notices_of
from jingkai.web.language import chosen_language, speak, spoken, spoken_notice

__all__ = [
    "JOBS",
    "MailRefused",
    "promise_digests",
    "remove_address",
    "send_digest",
    "send_red",
    "set_address",
]


class MailRefused(ValueError):
    """An address that cannot be used; the message says what to do."""


@transaction.atomic
def set_address(
    *, person: Person, address: str, by: Person, on: date, language: str = "zh-hans"
) -> MailAddress:
    """Send a person's notices to an address from now on; what is older stays in the house."""
    if by.pk != person.pk:
        raise MailRefused(Words("邮箱只能由本人填写。"))
    try:
        validate_email(address)
    except ValidationError:
        raise MailRefused(Words("邮箱格式不对；例：name@example.cn。")) from None
    latest = notices_of(person).first()
    made, _ = MailAddress.objects.update_or_create(
        person=person,
        defaults={
            "address": address,
            "language": chosen_language(language),
            "set_on": on,
            "last_notice": latest.pk if latest else 0,
        },
    )
    note(act="mail.set", object=f"person:{person.account}")
    return made


@transaction.atomic
def remove_address(*, person: Person, by: Person, on: date) -> None:
    """Send a person no mail from now on."""
    if by.pk != person.pk:
        raise MailRefused(Words("邮箱只能由本人填写。"))
    MailAddress.objects.filter(person=person).delete()
    note(act="mail.removed", object=f"person:{person.account}", detail={"on": on})


def promise_digests(*, on: date) -> int:
    """Promise the digest of a day to everybody with an address; return how many that are."""
    if not is_mail_set_up():
        return 0
    people = MailAddress.objects.filter(person__is_active=True).values_list("person", flat=True)
    for person in people:
        promise(
            kind="mail.digest",
            key=f"mail.digest:{person}:{on}",
            payload={"person": person, "on": on.isoformat()},
            now=timezone.now(),
        )
    return len(people)


def send_digest(*, person_id: int, on: date) -> int:
    """Mail a person what they and their department were told since the last mail; return how many.

    A day has one digest, and a day without news has none.
    """
    to = MailAddress.objects.select_related("person", "person__department").get(person=person_id)
    if to.last_digest_on is not None and to.last_digest_on >= on:
        return 0
    notices = unsent_notices(to)
    if not notices:
        return 0
    # A notice's date is written out: a digest may hold more than a day.
    MailAddress.objects.filter(pk=to.pk).update(last_notice=notices[-1].pk, last_digest_on=on)
    with override(to.language):
        lines = [
            f"· {one.on} {spoken_notice(one)}\n  {settings.PUBLIC_ADDRESS}{one.url}"
            for one in notices
        ]
        subject = gettext("%(on)s 通知 %(count)s 条") % {"on": on, "count": len(notices)}
        _send([to.address], subject, "\n".join(lines))
    return len(notices)


def send_red(*, departments: Sequence[str], text: Words, url: str) -> int:
    """Mail at once what turned red to everybody of some departments; return to how many."""
    found = MailAddress.objects.filter(
        person__department__in=departments, person__is_active=True
    ).values_list("address", "language")
    for address, language in found:
        with override(language):
            # One mail a person: nobody sees another's address.
            said = speak(text)
            subject = gettext("红灯：%(what)s") % {"what": said}
            _send([address], subject[:120], f"{said}\n{settings.PUBLIC_ADDRESS}{url}")
    return len(found)


def _send(to: list[str], subject: str, body: str) -> None:
    zone = current_zone()
    end = gettext("这封信由系统寄出，请不要回复；在“邮件通知”里可以停寄。")
    body = f"{body}\n\n{spoken(zone.name, zone.english)}\n{end}"
    EmailMessage(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, to).send()


def _day_job(payload: dict[str, Any]) -> None:
    promise_digests(on=date.fromisoformat(payload["on"]))


def _digest_job(payload: dict[str, Any]) -> None:
    if MailAddress.objects.filter(person=payload["person"], person__is_active=True).exists():
        send_digest(person_id=payload["person"], on=date.fromisoformat(payload["on"]))


def _red_job(payload: dict[str, Any]) -> None:
    if is_mail_set_up():
        words = Words.of(payload.get("words", payload))
        send_red(departments=payload["departments"], text=words, url=payload["url"])


JOBS = {"mail.day": _day_job, "mail.digest": _digest_job, "mail.red": _red_job}

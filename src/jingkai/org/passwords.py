"""How good a password must be, how long it holds, and when an account nobody uses is stopped."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.org.models import Department, OldPassword, Person
from jingkai.org.rules import PROFILES, PasswordProfile, count_kinds, find_context_word

__all__ = ["days_of_password", "find_faults", "keep_password", "list_idle", "profile"]


def profile() -> PasswordProfile:
    """Return the profile that this office chose."""
    return PROFILES[settings.SECURITY_PROFILE]


def find_faults(person: Person, new: str) -> list[Words]:
    """Return everything that is wrong with a new password, in words."""
    faults: list[Words] = []
    asked = profile()
    try:
        validate_password(new, person)
    except ValidationError as problem:
        faults += [Words("%(said)s", said=one) for one in problem.messages]
    if count_kinds(new) < asked.kinds:
        faults.append(
            Words(
                "新密码要有大写字母、小写字母、数字、符号中的至少 %(kinds)s 种。", kinds=asked.kinds
            )
        )
    if guessed := find_context_word(new, list_context_words()):
        faults.append(
            Words(
                "新密码里有“%(guessed)s”：单位、地名和年份别人最先猜。请换成和本单位无关的词。",
                guessed=guessed,
            )
        )
    used = [one.password for one in person.old_passwords.all()[: max(asked.history - 1, 0)]]
    if asked.history and any(check_password(new, one) for one in [person.password, *used]):
        faults.append(Words("新密码不能和最近 %(count)s 次用过的相同。", count=asked.history))
    return faults


def list_context_words() -> list[str]:
    """Return the words that whoever knows this office tries first: its zone, its units."""
    zone = current_zone()
    named = [zone.id, zone.name, zone.english, zone.issuer, zone.document_mark]
    units = Department.objects.values_list("pk", "name", "english")
    return [*named, *(word for unit in units for word in unit)]


def keep_password(person: Person, password: str) -> None:
    """Set a password as of today and remember the one before; the caller saves the person."""
    if asked := profile().history:
        OldPassword.objects.create(person=person, password=person.password)
        kept = person.old_passwords.values_list("pk", flat=True)[:asked]
        person.old_passwords.exclude(pk__in=list(kept)).delete()
    person.set_password(password)
    person.password_on = timezone.localdate()


def days_of_password(person: Person, today: date) -> int | None:
    """Return how many days a password still holds; None where it holds for ever."""
    asked = profile()
    if not asked.max_days or person.password_on is None:
        return None
    return (person.password_on + timedelta(days=asked.max_days) - today).days


def list_idle(today: date) -> list[Person]:
    """Return whose account nobody has used for longer than the profile allows."""
    asked = profile()
    if not asked.idle_days:
        return []
    active: Any = Person.objects.filter(is_active=True).order_by("pk")
    return [one for one in active if (today - _last_used(one, today)).days > asked.idle_days]


def _last_used(person: Person, today: date) -> date:
    signed_in = timezone.localdate(person.last_login) if person.last_login else None
    return max((one for one in (signed_in, person.opened_on) if one), default=today)

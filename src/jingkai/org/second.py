"""The second factor: a one-time code of the person's phone, or a backup code of paper."""

import secrets
from base64 import b32encode
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from jingkai.audit.services import note
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.org.models import BackupCode, Person
from jingkai.org.phones import Phone, owner
from jingkai.org.rules import ROLES
from jingkai.org.sealing import is_sealed_by_first, open_sealed, seal

__all__ = [
    "SecondFactorRefused",
    "Setup",
    "check_second_factor",
    "confirm_second_factor",
    "count_backup_codes",
    "find_second_factor",
    "is_second_factor_owed",
    "new_setup",
    "renew_backup_codes",
    "reseal_phones",
    "reset_second_factor",
    "setup_of",
]

BACKUP_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another


class SecondFactorRefused(ValueError):
    """A second factor that cannot be set up or reset like this."""


@dataclass(frozen=True)
class Setup:
    """What a phone has to be told: the key as it is kept and as it is spelled, and the address
    that a QR code carries.
    """

    key: str
    spelled: str
    address: str


def new_setup(person: Person) -> Setup:
    """Return a new key for a phone; it counts once a code of it was confirmed."""
    return setup_of(person, seal(secrets.token_bytes(20), about=owner(person.pk)))


def setup_of(person: Person, key: str) -> Setup:
    """Return what to show for a key, in groups of four for whoever types it."""
    secret = b32encode(open_sealed(key, about=owner(person.pk))).decode()
    issuer = current_zone().name
    label = quote(f"{issuer}:{person.account}")
    told = {"secret": secret, "issuer": issuer, "digits": 6, "period": 30}
    return Setup(
        key=key,
        spelled=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        address=f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}",
    )


@transaction.atomic
def confirm_second_factor(*, person: Person, key: str, code: str) -> list[str]:
    """Take a phone whose code fits its key; return the backup codes, shown this once."""
    Person.objects.select_for_update().get(pk=person.pk)
    if find_second_factor(person):
        raise SecondFactorRefused(Words("二次验证已经启用。换手机请找安全管理员重置。"))
    device = Phone(user=person, name=person.account, key=key, confirmed=True)
    if not device.verify_token(_plain(code)):
        raise SecondFactorRefused(Words("验证码不对。请核对手机时间，输入现在显示的 6 位数字。"))
    note(act="second_factor.set", object=_named(person))
    return _renew(person)


def find_second_factor(person: Person) -> Phone | None:
    """Return the phone whose codes a person signs in with."""
    return Phone.objects.filter(user_id=person.pk, confirmed=True).first()


def is_second_factor_owed(person: Person) -> bool:
    """Tell whether a person must have a second factor and has none yet.

    The three administrators always must, and everybody where the zone package says so; in the
    demo nobody does.
    """
    if settings.IS_DEMO:
        return False
    is_asked = ROLES[person.role].is_admin or current_zone().second_factor == "everybody"
    return is_asked and find_second_factor(person) is None


@transaction.atomic
def check_second_factor(*, person: Person, code: str) -> bool:
    """Tell whether a code is right: one of the phone works once, and so does a backup code."""
    device = Phone.objects.select_for_update().filter(user_id=person.pk, confirmed=True).first()
    if device is None:
        return False
    plain = _plain(code)
    if len(plain) == 6 and plain.isdecimal():
        return bool(device.verify_token(plain))
    used = BackupCode.objects.filter(person=person, digest=_digest(person, plain), used_at=None)
    if not used.update(used_at=timezone.now()):
        return False
    note(act="second_factor.backup_used", object=_named(person))
    return True


def renew_backup_codes(*, person: Person, code: str) -> list[str]:
    """Return ten new backup codes for a code of the phone; the old ones are void."""
    if not check_second_factor(person=person, code=code):
        raise SecondFactorRefused(Words("验证码不对，备用码没有更换。请等手机显示下一个码再试。"))
    with transaction.atomic():
        note(act="second_factor.renewed", object=_named(person))
        return _renew(person)


def count_backup_codes(person: Person) -> int:
    """Return how many backup codes are left."""
    return BackupCode.objects.filter(person=person, used_at=None).count()


@transaction.atomic
def reset_second_factor(*, person_id: int, by: Person | None) -> Person:
    """Let a person who lost the phone set up a new one; nobody resets their own.

    `by` is nobody when it is done at the server, by whoever may read its database anyway.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if by is not None and by.pk == person.pk:
        raise SecondFactorRefused(Words("不能重置自己的二次验证，请由另一位安全管理员操作。"))
    devices, _ = Phone.objects.filter(user_id=person.pk).delete()
    if not devices:
        raise SecondFactorRefused(
            Words("%(person)s没有启用二次验证，不用重置。", person=person.name)
        )
    BackupCode.objects.filter(person=person).delete()
    note(act="second_factor.reset", object=_named(person))
    return person


@transaction.atomic
def reseal_phones() -> int:
    """Seal every phone's key with the first key of the house; return how many were not."""
    changed = 0
    for phone in Phone.objects.select_for_update().order_by("pk"):
        if not is_sealed_by_first(phone.key):
            phone.key = seal(phone.bin_key, about=owner(phone.user_id))
            phone.save(update_fields=["key"])
            changed += 1
    note(act="keys.changed", object="field.key", detail={"resealed": changed})
    return changed


def _renew(person: Person) -> list[str]:
    BackupCode.objects.filter(person=person).delete()
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(BACKUP_CODES)]
    BackupCode.objects.bulk_create(
        BackupCode(person=person, digest=_digest(person, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").lower()


def _digest(person: Person, code: str) -> str:
    """Return what is kept of a backup code: 50 bits of chance, sealed with the house's key."""
    return salted_hmac("backup-code", f"{person.pk}|{code}", algorithm="sha256").hexdigest()


def _named(person: Person) -> str:
    return f"person:{person.account}"

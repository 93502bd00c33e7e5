"""The second factor: set up by a code, asked at the sign-in, locked like a password, reset."""

import re
from base64 import b32decode

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from jingkai.audit.models import AuditLine
from jingkai.kernel.zone import Zone
from jingkai.org.models import BackupCode, Person
from jingkai.org.services import add_person
from tests.conftest import sign_in

SET_UP = "/account/second-factor/"
CODE = "/login/code/"


def newcomer(account: str, role: str) -> tuple[Person, str]:
    """Return somebody who has chosen their password already, and it."""
    person, password = add_person(account=account, name="甲", role=role, department=None)
    person.must_change_password = False
    person.save()
    return person, password


def key_on(page: str) -> bytes:
    """Return the key that a page shows to whoever types it."""
    spelled = re.search(r'class="key">([A-Z2-7 ]+)<', page).group(1)
    return b32decode(spelled.replace(" ", ""))


def code_of(key: bytes, drift: int = 0) -> str:
    return f"{totp(key, drift=drift):06d}"


def set_up(client: Client) -> tuple[bytes, list[str]]:
    """Set a phone up; return its key and the backup codes."""
    key = key_on(client.get(SET_UP).content.decode())
    page = client.post(SET_UP, {"code": code_of(key, -1)}).content.decode()
    return key, re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)


def by_password(account: str, password: str) -> Client:
    client = Client()
    client.post("/login/", {"account": account, "password": password})
    return client


@pytest.fixture
def keeper(zone: Zone) -> tuple[str, str, bytes, list[str]]:
    """Return a system administrator with a phone: account, password, key, backup codes."""
    _, password = newcomer("root", "admin")
    return "root", password, *set_up(by_password("root", password))


@pytest.mark.parametrize("role", ["admin", "security_admin", "audit_admin"])
def test_an_administrator_must_set_a_second_factor_up(zone: Zone, role: str):
    _, password = newcomer("root", role)
    client = by_password("root", password)

    assert client.get("/").headers["Location"] == reverse("second_factor")
    page = client.get(SET_UP).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert "必须二次验证" in page
    _, codes = set_up(client)

    assert len(set(codes)) == 10
    assert client.get("/").status_code == 200
    assert AuditLine.objects.filter(act="second_factor.set", account="root").count() == 1
    assert codes[0] not in client.get(SET_UP).content.decode()
    kept = " ".join(BackupCode.objects.values_list("digest", flat=True))
    assert codes[0].replace("-", "") not in kept


def test_others_need_none_unless_the_zone_says_so(changde: Zone, settings, monkeypatch):
    client = sign_in("officer")
    assert client.get("/").status_code == 200

    object.__setattr__(changde, "second_factor", "everybody")
    try:
        assert client.get("/").headers["Location"] == SET_UP
        settings.IS_DEMO = True
        assert client.get("/").status_code == 200
    finally:
        object.__setattr__(changde, "second_factor", "administrators")


def test_the_code_is_asked_after_the_password_and_works_once(keeper):
    account, password, key, _ = keeper
    client = Client()
    answer = client.post("/login/?next=/people/", {"account": account, "password": password})
    assert answer.headers["Location"] == f"{CODE}?next=%2Fpeople%2F"
    assert client.get("/people/").status_code == 302, "the password alone opens nothing"

    code = code_of(key)
    answer = client.post(CODE, {"code": code, "next": "/people/"})
    assert answer.headers["Location"] == "/people/"
    assert client.get("/people/").status_code == 200

    again = by_password(account, password)
    assert again.post(CODE, {"code": code}).status_code == 422


def test_without_the_password_there_is_no_code_to_tell(keeper):
    _, _, key, _ = keeper

    assert Client().post(CODE, {"code": code_of(key)}).headers["Location"] == "/login/"


def test_a_password_changed_meanwhile_ends_the_half_sign_in(keeper):
    account, password, key, _ = keeper
    client = by_password(account, password)
    person = Person.objects.get(account=account)
    person.set_password("another-password-2021")
    person.save()

    assert client.post(CODE, {"code": code_of(key)}).headers["Location"] == "/login/"


def test_a_backup_code_works_once(keeper):
    account, password, _, codes = keeper
    written = codes[3].upper().replace("-", " ")

    assert by_password(account, password).post(CODE, {"code": written}).status_code == 302
    assert by_password(account, password).post(CODE, {"code": codes[3]}).status_code == 422
    assert AuditLine.objects.filter(act="second_factor.backup_used").count() == 1


def test_a_backup_code_of_another_person_does_not_work(keeper):
    _, _, _, codes = keeper
    _, password = newcomer("other", "audit_admin")
    set_up(by_password("other", password))

    assert by_password("other", password).post(CODE, {"code": codes[0]}).status_code == 422


def test_five_wrong_codes_lock_like_wrong_passwords(keeper):
    account, password, _, codes = keeper
    client = by_password(account, password)
    answers = [client.post(CODE, {"code": f"wrong{at}"}).status_code for at in range(5)]
    assert answers == [422, 422, 422, 422, 429]

    assert client.post(CODE, {"code": codes[0]}).status_code == 429
    login = {"account": account, "password": password}
    assert Client().post("/login/", login).status_code == 429
    refused = AuditLine.objects.filter(act="login_failed", object=f"account:{account}")
    assert refused.count() >= 5


def test_new_backup_codes_void_the_old_ones(keeper):
    account, password, key, old = keeper
    client = by_password(account, password)
    client.post(CODE, {"code": old[0]})
    page = client.post(SET_UP, {"code": code_of(key)}).content.decode()
    new = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", page)

    assert len(new) == 10
    assert by_password(account, password).post(CODE, {"code": old[1]}).status_code == 422
    assert by_password(account, password).post(CODE, {"code": new[1]}).status_code == 302


def test_a_wrong_code_sets_nothing_up(zone: Zone):
    client = sign_in("officer")
    client.get(SET_UP)

    assert client.post(SET_UP, {"code": "12"}).status_code == 422
    assert not TOTPDevice.objects.exists()


def test_the_security_administrator_resets_it_and_the_chain_says_so(keeper):
    account, password, _, codes = keeper
    person = Person.objects.get(account=account)
    security = sign_in("security_admin")
    reset = reverse("second_factor_reset", args=[person.pk])
    assert "重置二次验证" in security.get(f"/security/?person={person.pk}").content.decode()

    security.post(reset)

    (line,) = AuditLine.objects.filter(act="second_factor.reset")
    assert (line.object, line.account) == (f"person:{account}", "test-security_admin")
    client = by_password(account, password)
    assert client.get("/").headers["Location"] == SET_UP
    assert not BackupCode.objects.filter(person=person).exists()
    assert by_password(account, password).post(CODE, {"code": codes[0]}).status_code == 302


def test_nobody_resets_their_own(zone: Zone):
    client = sign_in("security_admin")
    own = Person.objects.get(role="security_admin")

    page = client.post(reverse("second_factor_reset", args=[own.pk]), follow=True)

    assert "不能重置自己的二次验证" in page.content.decode()
    assert TOTPDevice.objects.filter(user_id=own.pk).exists()

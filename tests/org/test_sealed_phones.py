"""Keys of one-time codes are kept sealed and change keys; a lone administrator gets in again."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from jingkai.audit.models import AuditLine
from jingkai.cli import main
from jingkai.cli.keys import KeysElsewhere, rotate_field_key
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.org.phones import Phone, owner
from jingkai.org.sealing import CannotOpen, is_sealed, open_sealed, seal
from jingkai.org.services import (
    AccountRefused,
    add_person,
    check_second_factor,
    confirm_second_factor,
    rescue,
)
from tests.conftest import TODAY, sign_in
from tests.org.test_second_factor import by_password, set_up


def with_phone(account: str = "root", role: str = "security_admin") -> tuple[Person, str, bytes]:
    person, password = add_person(account=account, name="甲", role=role, department=None)
    person.must_change_password = False
    person.save()
    key, _ = set_up(by_password(account, password))
    return person, password, key


def code(key: bytes, drift: int = 0) -> str:
    return f"{totp(key, drift=drift):06d}"


def test_the_database_holds_no_key_in_the_open(changde: Zone):
    person, _, key = with_phone()

    kept = TOTPDevice.objects.get().key
    assert is_sealed(kept) and len(kept) <= 80
    assert key.hex() not in kept
    assert check_second_factor(person=person, code=code(key))


def test_a_key_in_the_session_is_sealed_too(changde: Zone):
    client = sign_in("officer")
    page = client.get("/account/second-factor/").content.decode()

    told = client.session["second_factor_key"]
    assert is_sealed(told) and told not in page


def test_a_sealed_key_opens_only_for_its_person_with_its_key(changde: Zone, settings):
    person, _, key = with_phone()
    other, _ = add_person(account="other", name="乙", role="officer", department=None)
    moved = TOTPDevice.objects.get().key
    TOTPDevice.objects.create(user=other, name="other", key=moved)

    with pytest.raises(CannotOpen):
        check_second_factor(person=other, code=code(key))
    with pytest.raises(CannotOpen):
        open_sealed(moved[:-4] + "AAA=", about=owner(person.pk))
    settings.FIELD_KEYS = ("another secret",)
    with pytest.raises(CannotOpen, match="密钥文件"):
        check_second_factor(person=person, code=code(key))


def test_two_seals_of_one_secret_differ():
    assert seal(b"x" * 20, about="a") != seal(b"x" * 20, about="a")


def test_a_key_is_put_in_the_place_of_another_and_every_phone_works_on(
    changde: Zone, settings, tmp_path: Path
):
    settings.DATA = tmp_path
    (tmp_path / "field.key").write_text(settings.FIELD_KEYS[0])
    old = settings.FIELD_KEYS[0]
    person, _, key = with_phone()
    before = TOTPDevice.objects.get().key

    count, kept = rotate_field_key()

    assert count == 1
    assert kept.read_text().split() == [old]
    assert kept.stat().st_mode & 0o077 == 0
    (new,) = (tmp_path / "field.key").read_text().split()
    assert new != old and (new,) == settings.FIELD_KEYS
    assert TOTPDevice.objects.get().key != before
    assert check_second_factor(person=person, code=code(key))
    assert AuditLine.objects.get(act="keys.changed").detail == '{"resealed":1}'
    settings.FIELD_KEYS = (old,)
    with pytest.raises(CannotOpen):
        Phone.objects.get().bin_key  # noqa: B018


def test_keys_of_the_environment_are_not_rotated_here(changde: Zone, monkeypatch):
    monkeypatch.setenv("JINGKAI_FIELD_KEYS", "x")
    with pytest.raises(KeysElsewhere, match="reseal"):
        rotate_field_key()


def test_keys_kept_in_the_open_before_are_sealed_by_the_migration(changde: Zone):
    person, _ = add_person(account="old", name="旧", role="officer", department=None)
    key = bytes(range(20))
    TOTPDevice.objects.create(user=person, name="old", key=key.hex())
    migration = import_module("jingkai.org.migrations.0010_sealed_phones")

    editor = SimpleNamespace(connection=connection)
    migration.seal_keys(apps, editor)
    assert check_second_factor(person=person, code=code(key))

    migration.open_keys(apps, editor)
    assert TOTPDevice.objects.get().key == key.hex()


def test_a_lone_security_administrator_gets_in_again_at_the_server(changde: Zone):
    _, _, key = with_phone()
    for _ in range(6):
        Client().post("/login/", {"account": "root", "password": "wrong-wrong-1"})
    Person.objects.update(is_active=False)

    again, password = rescue(account="root", on=TODAY)

    assert again.is_active and again.must_change_password
    assert not TOTPDevice.objects.exists()
    client = by_password("root", password)
    assert client.get("/").headers["Location"].startswith("/account/password/")
    line = AuditLine.objects.get(act="person.rescued")
    assert (line.name, line.account) == ("系统", "")
    assert '"second_factor":true' in line.detail and '"is_active":false' in line.detail
    assert password not in "".join(AuditLine.objects.values_list("detail", flat=True))
    with pytest.raises(ValueError, match="验证码不对"):
        told = seal(key, about=owner(again.pk))
        confirm_second_factor(person=again, key=told, code="000000")


def test_an_account_that_is_not_there_is_said(changde: Zone):
    with_phone()
    with pytest.raises(AccountRefused, match="最接近的：root"):
        rescue(account="rooot", on=TODAY)


def test_the_commands_of_the_server_say_what_they_do():
    for command, word in ((["people", "reset"], "救回"), (["keys", "rotate"], "field.key")):
        found = CliRunner().invoke(main, [*command, "--help"])
        assert found.exit_code == 0 and word in found.output, command

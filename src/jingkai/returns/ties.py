"""Which account files for which firm: begun and ended by the administrator."""

from datetime import date

from django.db import transaction

from jingkai.audit.services import note
from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.words import Words
from jingkai.org.queries import Person
from jingkai.org.rules import Permission
from jingkai.returns.models import FirmUser
from jingkai.returns.refusals import TieRefused

__all__ = [
    "let_file",
    "stop_filing",
]


@transaction.atomic
def let_file(*, person: Person, firm: Enterprise, by: str, on: date) -> FirmUser:
    """Let an account file the returns of a firm, from this day on."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise TieRefused(
            Words(
                "%(account)s 已停用；请先在组织人员恢复账号，再对应企业。", account=person.account
            )
        )
    if not person.may(Permission.SEE_OWN_FIRM):
        raise TieRefused(
            Words("%(name)s不是企业用户；请先在组织人员把角色调整为“企业用户”。", name=person.name)
        )
    if firm.closed_on:
        raise TieRefused(
            Words(
                "%(firm)s已于 %(day)s 退出；请核对统一社会信用代码。",
                firm=firm.name,
                day=firm.closed_on,
            )
        )
    standing = FirmUser.objects.filter(person=person, until_on=None).first()
    if standing:
        raise TieRefused(
            Words(
                "%(account)s 自 %(day)s 起已对应%(firm)s；请先在企业账号解除，再对应另一家。",
                account=person.account,
                day=standing.from_on,
                firm=standing.firm.name,
            )
        )
    tie = FirmUser.objects.create(person=person, firm=firm, from_on=on, let_by=by)
    note(act="returns.account_tied", object=firm.subject, detail={"account": person.account})
    return tie


@transaction.atomic
def stop_filing(*, tie_id: int, by: str, on: date) -> FirmUser:
    """Let an account file for its firm no longer, from this day on; what it filed stays."""
    tie = FirmUser.objects.select_for_update().select_related("person", "firm").get(pk=tie_id)
    if tie.until_on:
        raise TieRefused(Words("这个对应已于 %(day)s 解除，不用再解除。", day=tie.until_on))
    if on < tie.from_on:
        raise TieRefused(Words("对应自 %(day)s 起，不能在这之前解除。", day=tie.from_on))
    tie.until_on, tie.ended_by = on, by
    tie.save(update_fields=["until_on", "ended_by"])
    detail = {"account": tie.person.account, "from": str(tie.from_on)}
    note(act="returns.account_untied", object=tie.firm.subject, detail=detail)
    return tie

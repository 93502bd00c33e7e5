"""Firms come in by invitation: a link that works once, for a week; no account before consent."""

import hashlib
import re
from datetime import date, datetime, timedelta
from secrets import token_urlsafe

from django.db import transaction

from jingkai.approvals.models import Invitation
from jingkai.approvals.refusals import InvitationRefused
from jingkai.audit.services import note
from jingkai.kernel.words import Words
from jingkai.org.queries import Person, is_account_taken
from jingkai.org.services import add_person, change_password

__all__ = ["accept_invitation", "find_invitation", "invite_firm", "withdraw_invitation"]

LASTS = timedelta(days=7)
_CODE = re.compile(r"[0-9A-Z]{18}")
_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{3,39}")


@transaction.atomic
def invite_firm(
    *, firm: str, credit_code: str, by: Person, on: date, at: datetime
) -> tuple[Invitation, str]:
    """Return an invitation and the token of its link, which is told once and never kept."""
    code = credit_code.strip().upper()
    if not firm.strip():
        raise InvitationRefused(Words("请写企业名称。"))
    if not _CODE.fullmatch(code):
        raise InvitationRefused(Words("统一社会信用代码是 18 位数字和大写字母。"))
    if Invitation.objects.filter(credit_code=code, used_at__isnull=False).exists():
        raise InvitationRefused(Words("%(firm)s已经有账号，不用再邀请。", firm=firm.strip()))
    token = token_urlsafe(32)
    made = Invitation.objects.create(
        firm=firm.strip()[:100],
        credit_code=code,
        digest=_digest(token),
        invited_by=by,
        invited_on=on,
        expires_at=at + LASTS,
    )
    note(act="invitation.made", object=f"invitation:{made.pk}", detail={"firm": made.firm})
    return made, token


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, by: Person, on: date) -> Invitation:
    """Make a link worthless that nobody has used."""
    made = Invitation.objects.select_for_update().get(pk=invitation_id)
    if made.used_at is not None:
        raise InvitationRefused(Words("企业已经用这个链接开了账号；要停用账号请找系统管理员。"))
    if made.withdrawn_on is not None:
        raise InvitationRefused(
            Words("已于 %(withdrawn_on)s 收回。", withdrawn_on=made.withdrawn_on)
        )
    made.withdrawn_on = on
    made.save(update_fields=["withdrawn_on"])
    note(act="invitation.withdrawn", object=f"invitation:{made.pk}", detail={"by": by.name})
    return made


def find_invitation(token: str, at: datetime) -> Invitation:
    """Return the invitation behind a link; refuse one that no longer works."""
    made = Invitation.objects.filter(digest=_digest(token)).first()
    if made is None:
        raise InvitationRefused(Words("这个链接不对；请向发给您的人再要一次。"))
    if made.used_at is not None:
        raise InvitationRefused(Words("这个链接已经用过；请直接登录。"))
    if made.withdrawn_on is not None or at >= made.expires_at:
        raise InvitationRefused(Words("这个链接已经失效；请向发给您的人再要一次。"))
    return made


@transaction.atomic
def accept_invitation(
    *,
    token: str,
    account: str,
    name: str,
    password: str,
    is_agreed: bool,
    on: date,
    at: datetime,
) -> Person:
    """Open the account of a firm, on its consent; the link is used up by it."""
    made = find_invitation(token, at)
    if not is_agreed:
        raise InvitationRefused(Words("没有同意就不开账号；不开账号也能在网上申请和查进度。"))
    if not _ACCOUNT.fullmatch(account):
        raise InvitationRefused(Words("账号用小写字母开头，4 到 40 个小写字母、数字或 . _ -。"))
    if is_account_taken(account):
        raise InvitationRefused(Words("账号“%(account)s”已经有人用，请换一个。", account=account))
    if not name.strip():
        raise InvitationRefused(Words("请写经办人姓名。"))
    # Of two that press at once, one finds the row unused.
    if not Invitation.objects.filter(pk=made.pk, used_at=None).update(used_at=at):
        raise InvitationRefused(Words("这个链接已经用过；请直接登录。"))
    person, once = add_person(account=account, name=name.strip()[:40], role="firm", department=None)
    change_password(person=person, old=once, new=password)
    Invitation.objects.filter(pk=made.pk).update(person=person, agreed_on=on)
    note(
        act="invitation.accepted",
        object=f"invitation:{made.pk}",
        detail={"account": account, "agreed_on": on},
    )
    return person


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

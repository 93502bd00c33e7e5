"""What a decision brings: the letter under the one seal, the certificate, the next items."""

from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import Max, Q

from jingkai.approvals.desks import department_of
from jingkai.approvals.letters import LetterText, write_letter
from jingkai.approvals.models import (
    Application,
    Branch,
    Certificate,
    Letter,
    SealDelegation,
    SealUse,
    Undertaking,
)
from jingkai.approvals.refusals import NotDelegated
from jingkai.kernel.items import Item
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import keep_file
from jingkai.org.queries import Department

__all__ = ["find_delegation", "grant_certificate", "issue_letter", "put_seal", "revoke_certificate"]


def issue_letter(
    application: Application,
    kind: str,
    text: LetterText,
    *,
    by: str,
    on: date,
    case_id: int | None = None,
) -> Letter:
    """Write a numbered letter and keep it."""
    zone = current_zone()
    issuer = zone.issuer or zone.name
    last = Letter.objects.aggregate(last=Max("pk"))["last"] or 0
    code = uuid4().hex[:12].upper()
    letter = Letter(
        number=f"{zone.document_mark or zone.id}政务〔{on.year}〕{last + 1}号",
        kind=kind,
        title=text.title[:160],
        application=application,
        case_id=case_id,
        code=code,
        issued_by=by,
        issued_on=on,
    )
    data = write_letter(
        text,
        number=letter.number,
        code=code,
        address=settings.PUBLIC_ADDRESS,
        issuer=issuer,
        on=on,
    )
    kept = keep_file(data=data, name=f"{text.title}.docx", note=letter.number)
    letter.sha256, letter.size = kept.sha256, kept.size
    letter.save()
    return letter


def find_delegation(item: Item, on: date) -> SealDelegation | None:
    """Return the document by which the seal decides an item on a day."""
    found = SealDelegation.objects.filter(item=item.id, from_on__lte=on)
    return found.filter(Q(until_on=None) | Q(until_on__gte=on)).order_by("-from_on").first()


def put_seal(letter: Letter, item: Item, *, by: str, on: date) -> SealUse:
    """Log the use of the one seal; refuse it for an item that was not given to it."""
    given = find_delegation(item, on)
    if given is None and department_of(item.desk) != department_of("seal"):
        owner = Department.objects.get(pk=department_of(item.desk))
        raise NotDelegated(
            Words(
                "“%(item)s”的审批权在%(owner)s，%(on)s 没有划转给审批局的授权；"
                "请先在“授权登记”登记文件。",
                item=named(item),
                owner=named(owner),
                on=on,
            )
        )
    last = SealUse.objects.aggregate(last=Max("number"))["last"] or 0
    return SealUse.objects.create(
        number=last + 1, letter=letter, delegation=given, used_by=by, used_on=on
    )


def grant_certificate(branch: Branch, item: Item, *, on: date) -> Certificate:
    """Enter the certificate that a granted item brings."""
    assert branch.case is not None
    expires = _months_later(on, item.months_valid) if item.months_valid else None
    return Certificate.objects.create(
        number=branch.case.number,  # a case grants one item, so that one number serves both
        name=item.result or item.name,
        item=item.id,
        holder=branch.application.applicant,
        case=branch.case,
        issued_on=on,
        expires_on=expires,
    )


def revoke_certificate(undertaking: Undertaking, *, on: date) -> None:
    """Take back what rested on a false promise: the certificate and the letter of the decision."""
    Certificate.objects.filter(case=undertaking.case_id, revoked_on=None).update(
        revoked_on=on, revoked_why=f"告知承诺不实：{undertaking.consequence}"[:200]
    )
    Letter.objects.filter(case=undertaking.case_id, kind="决定书").update(is_revoked=True)


def _months_later(on: date, months: int) -> date:
    """Return the last day of validity: the day before the same day some months later."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    first_after = date(year + (month == 11), 1 if month == 11 else month + 2, 1)
    last = first_after - timedelta(days=1)
    return min(date(year, month + 1, min(on.day, last.day)), last) - timedelta(days=1)

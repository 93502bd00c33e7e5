"""The audit chain: what a line says, what ties it to the line before, what is never written."""

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property, lru_cache

from jingkai.kernel.canonical import plain_text, sorted_text

__all__ = [
    "ACT_WORDS",
    "DETAIL_WORDS",
    "OUTCOME_WORDS",
    "Origin",
    "Outcome",
    "clean",
    "detail_text",
    "seal_head",
    "seal_line",
]


class Outcome(StrEnum):
    """How an act ended; `ANSWERED` is a form that was answered and recorded no act of its own."""

    DONE = "done"
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Origin:
    """Who is at work, in whose place, from where, in which request."""

    account: str = ""
    name: str = ""
    acting_for: str = ""
    address: str = ""
    request: str = ""

    @cached_property
    def said(self) -> tuple[str, str, str, str, str]:
        """Return what a line says of it: account, name, for whom, address, request."""
        return (
            clean(self.account, 80),
            clean(self.name, 80),
            clean(self.acting_for, 80),
            clean(self.address, 45),
            clean(self.request, 16),
        )


# The acts that the house itself notes; a form that notes none appears under its route's name.
ACT_WORDS = {
    "login": "登录",
    "login_failed": "登录失败",
    "logout": "退出",
    "idle_logout": "离开自动退出",
    "demo_entered": "演示进入",
    "refused": "越权被拒",
    "downloaded": "下载",
    "exported": "导出列表",
    "ledger.recorded": "入账",
    "audit.verified": "校验审计链",
    "backup.made": "备份",
    "backup.asked": "要求备份或演练",
    "backup.failed": "备份或演练没有做成",
    "backup.proved": "演练恢复通过",
    "backup.restored": "恢复",
    "person.added": "新增人员",
    "person.moved": "调动",
    "person.closed": "停用账号",
    "person.reopened": "恢复账号",
    "password.changed": "修改密码",
    "password.reset": "重置密码",
    "second_factor.set": "启用二次验证",
    "second_factor.backup_used": "用备用码登录",
    "second_factor.renewed": "更换备用码",
    "second_factor.reset": "重置二次验证",
    "person.rescued": "在服务器上重置账号",
    "keys.changed": "更换密钥",
    "person.idle": "久未登录停用",
    "grant.asked": "申请敏感授权",
    "grant.approved": "批准授权",
    "grant.refused": "不批准授权",
    "delegation.given": "授权代办",
    "delegation.withdrawn": "收回授权",
    "roster.imported": "导入花名册",
    "roster.undone": "撤销花名册导入",
    "year.switched": "切换工作年度",
    "year.closed": "关闭年度",
    "year.reopened": "重新打开年度",
    "departments.imported": "导入部门",
    "departments.undone": "撤销部门导入",
    "enterprises.assigned": "改归口部门",
    "enterprises.apart": "核对两家不同",
    "plan.adopted": "通过计划",
    "edition.frozen": "定稿",
    "edition.published": "公开定稿",
    "item.assigned": "改重点工作",
    "item.placed": "改重点工作的归类",
    "theme.added": "增加重点任务",
    "theme.changed": "改重点任务",
    "theme.dropped": "删除重点任务",
    "target.changed": "改目标",
    "item.closed": "销号",
    "item.reopened": "重新打开事项",
    "project.changed": "改项目",
    "project.dropped": "撤销新建项目",
    "project.gate": "记项目节点",
    "project.laid_out": "排定项目节点",
    "project.node_closed": "项目节点销号",
    "project.node_reopened": "撤回节点销号",
    "project.node_moved": "调整节点日期",
    "enterprise.renamed": "企业更名",
    "enterprise.attributes": "改企业属性",
    "enterprise.roll": "入库退库",
    "enterprise.closed": "企业退出",
    "proposal.decided": "确认条目建议",
    "proposal.edited": "编辑条目建议",
    "proposal.split": "拆分条目建议",
    "proposal.joined": "合并条目建议",
    "proposals.changed": "整批改条目建议",
    "proposals.undone": "撤销整批改动",
    "case.open": "办件登记",
    "case.act": "办件办理",
    "case.take": "办件签收",
    "case.hand_over": "办件转办",
    "case.send_back": "办件退回",
    "case.withdraw": "办件撤回",
    "case.ask_cosign": "办件请会签",
    "case.cosign": "办件会签",
    "case.tell_correction": "办件一次性告知",
    "case.receive_again": "办件补正收件",
    "case.pause": "办件暂停计时",
    "case.resume": "办件恢复计时",
    "case.ask_extension": "办件申请延期",
    "case.decide_extension": "办件审批延期",
    "case.raise_flag": "办件加标记",
    "case.clear_flag": "办件解除标记",
    "case.migrate": "办件迁移版本",
    "case.retime": "办件重算到期日",
    "case.end": "办件终止",
    "definition.withdrawn": "停用办件定义",
    "definition.migrated": "迁移在办件",
    "mail.set": "填写通知邮箱",
    "mail.removed": "停寄通知邮件",
    "invitation.made": "邀请企业",
    "invitation.withdrawn": "收回企业邀请",
    "invitation.accepted": "企业同意并开账号",
    "import.done": "导入",
    "import.undone": "撤销导入",
}

# What the particulars of a line are called; others stand under the name they were given.
DETAIL_WORDS = {
    "account": "账号",
    "action": "办理序号",
    "adopted_by": "审定人",
    "adopted_on": "审定日期",
    "broken": "断点",
    "by": "记录人",
    "content": "内容摘要",
    "department": "部门",
    "digest": "摘要",
    "done_on": "完成日期",
    "due_on": "时限",
    "entries": "账本条目",
    "facts": "事实条数",
    "from": "起始日期",
    "is_active": "在用",
    "lines": "条数",
    "method": "请求方式",
    "name": "名称",
    "number": "编号",
    "post": "岗位",
    "reason": "事由",
    "role": "角色",
    "route": "所在页面",
    "shares": "分解",
    "status": "应答码",
    "step": "步骤",
    "template": "模板",
    "version": "所用版本",
    "waived": "放行",
    "was_late": "逾期",
    "why": "原因",
}

OUTCOME_WORDS = {
    Outcome.DONE: "完成",
    Outcome.ANSWERED: "已应答",
    Outcome.REFUSED: "被拒",
    Outcome.FAILED: "出错",
}

_SECRET = {"password", "secret", "token", "密码"}


def seal_line(key: bytes, previous: str, fields: Sequence[object]) -> str:
    """Return the digest that ties a line to the one before it; without the key nobody can."""
    made = _keyed(key).copy()
    made.update(plain_text([previous, *fields]).encode())
    return made.hexdigest()


@lru_cache(maxsize=8)
def _keyed(key: bytes) -> hmac.HMAC:
    """Return what has taken in the key: half of the work of a short seal."""
    return hmac.new(key, digestmod="sha256")


def seal_head(key: bytes, name: str, number: int, digest: str, at: datetime) -> str:
    """Return the seal of a published head."""
    text = f"head|{name}|{number}|{digest}|{at.astimezone(UTC).isoformat()}"
    return hmac.new(key, text.encode(), "sha256").hexdigest()


def detail_text(detail: Mapping[str, object]) -> str:
    """Return the particulars of an act as canonical text; a secret's value never gets in."""
    return sorted_text(_open(detail))


def clean(text: str, length: int) -> str:
    """Return a text on one line: what would steer a terminal or begin a line is written out."""
    # What can be printed holds nothing of the kind: that is nearly every text.
    if text.isprintable():
        return text[:length]
    spelled = "".join(
        f"\\u{ord(one):04x}" if unicodedata.category(one) in _STEERING else one for one in text
    )
    return spelled[:length]


_STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")


def _open(value: object) -> object:
    # The commonest first: a line is written with every act.
    if type(value) is str:
        return clean(value, 2000)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, (dict, Mapping)):  # a plain dict is known without asking the ABC
        return {
            str(name): "***" if _is_secret(str(name)) else _open(one) for name, one in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_open(one) for one in value]
    return clean(str(value), 2000)


@lru_cache(maxsize=1000)
def _is_secret(name: str) -> bool:
    return not _SECRET.isdisjoint(name.lower().split("_"))

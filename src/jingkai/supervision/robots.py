"""企业微信、钉钉群机器人: new notices go out as digests, never faster than a robot may speak.

Both platforms allow 20 messages a minute; who says more is muted. One digest gathers everything
that is new, so that a busy morning is one message.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.error import URLError
from urllib.parse import quote_plus, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import transaction

from jingkai.kernel.words import Words
from jingkai.org.queries import NoticeLine, find_last_notice, list_notices_after
from jingkai.supervision.models import RobotMark

__all__ = [
    "MOST_BYTES",
    "Robot",
    "RobotFailed",
    "compose",
    "robots_of_the_house",
    "say_what_is_new",
]

MOST_BYTES = 2048  # the text of one message at 企业微信; 钉钉 takes more
MOST_A_MINUTE = 20
PAUSE = timedelta(minutes=1)  # between two digests, unless a rest is still to be told
TIMEOUT = 5


class RobotFailed(RuntimeError):
    """The robot did not take the message; it is tried again with the next digest."""


@dataclass(frozen=True)
class Robot:
    """A group robot: which platform, its address, and the secret that signs (钉钉 加签)."""

    kind: str
    address: str
    secret: str = ""

    def url(self, now: datetime) -> str:
        """Return the address to post to, signed where the robot asks for it."""
        if not self.secret:
            return self.address
        stamp = str(round(now.timestamp() * 1000))
        text = f"{stamp}\n{self.secret}".encode()
        digest = hmac.new(self.secret.encode(), text, hashlib.sha256).digest()
        sign = quote_plus(base64.b64encode(digest))
        return f"{self.address}&timestamp={stamp}&sign={sign}"

    def say(self, text: str, now: datetime) -> None:
        """Post one text message; refuse whatever is not the platform's own yes."""
        body = json.dumps({"msgtype": "text", "text": {"content": text}}, ensure_ascii=False)
        if urlsplit(self.address).scheme not in ("https", "http"):
            raise RobotFailed(
                Words("%(kind)s机器人地址要以 https:// 开头，请检查设置。", kind=Words(self.kind))
            )
        request = Request(
            self.url(now),
            data=body.encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            method="POST",
        )
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:
                told = json.loads(answer.read() or b"{}")
        except (URLError, OSError, ValueError) as problem:
            raise RobotFailed(
                Words("%(kind)s机器人没有应答：%(why)s", kind=Words(self.kind), why=str(problem))
            ) from None
        if told.get("errcode") != 0:
            raise RobotFailed(
                Words(
                    "%(kind)s机器人拒收：%(code)s %(why)s",
                    kind=Words(self.kind),
                    code=told.get("errcode"),
                    why=told.get("errmsg", ""),
                )
            )


def robots_of_the_house() -> list[Robot]:
    """Return the robots that the settings name."""
    found = [
        Robot("企业微信", settings.WECOM_ROBOT),
        Robot("钉钉", settings.DINGTALK_ROBOT, settings.DINGTALK_SECRET),
    ]
    return [one for one in found if one.address]


def compose(lines: Sequence[NoticeLine], most: int = MOST_BYTES) -> tuple[str, int]:
    """Return one digest of as many notices as fit, and how many those are.

    The same words to several departments are one line.
    """
    told: dict[str, list[str]] = {}
    text, taken = "", 0
    for line in lines:
        told.setdefault(line.text, []).append(line.department)
        body = [f"{words}（{'、'.join(dict.fromkeys(who))}）" for words, who in told.items()]
        whole = "\n".join([f"新通知 {len(told)} 条：", *body])
        if len(whole.encode()) > most:
            break
        text, taken = whole, taken + 1
    if not taken and lines:
        # One notice alone is too long: cut between characters, never inside one.
        return lines[0].text.encode()[: most - 3].decode(errors="ignore") + "…", 1
    return text, taken


def say_what_is_new(*, robots: Sequence[Robot], now: datetime) -> int:
    """Let each robot say what is new since it last spoke; return how many messages went out.

    A robot that starts begins with what comes from then on: an old backlog is never poured out.
    """
    return sum(_say(robot, now) for robot in robots)


def _say(robot: Robot, now: datetime) -> int:
    """Claim the turn, speak outside any transaction, and note how far it came."""
    mark = _claim(robot, now)
    if mark is None:
        return 0
    sent = 0
    lines = list_notices_after(mark.last_notice)
    while lines and sent < MOST_A_MINUTE:
        text, taken = compose(lines)
        try:
            robot.say(text, now)
        except RobotFailed as problem:
            mark.error = str(problem)[:200]
            break
        mark.last_notice, mark.error = lines[taken - 1].id, ""
        lines, sent = lines[taken:], sent + 1
    if not sent and not lines:
        mark.spoke_at = None  # nothing was said: the next notice need not wait
    mark.save(update_fields=["last_notice", "error", "spoke_at"])
    return sent


@transaction.atomic
def _claim(robot: Robot, now: datetime) -> RobotMark | None:
    """Return the robot's mark when it is its turn; two servers never speak at once."""
    mark, is_new = RobotMark.objects.select_for_update().get_or_create(
        robot=robot.kind, defaults={"last_notice": find_last_notice()}
    )
    if is_new or (mark.spoke_at and now - mark.spoke_at < PAUSE):
        return None
    mark.spoke_at = now
    mark.save(update_fields=["spoke_at"])
    return mark

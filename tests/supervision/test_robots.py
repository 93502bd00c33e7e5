"""Group robots: digests against stand-ins of both platforms, at no more than they may say."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from jingkai.kernel.words import Words
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.queries import NoticeLine
from jingkai.org.services import tell
from jingkai.supervision.models import RobotMark
from jingkai.supervision.robots import MOST_BYTES, Robot, compose, say_what_is_new

NOW = datetime(2021, 6, 30, 1, 0, tzinfo=UTC)


class StandIn(ThreadingHTTPServer):
    """A robot's platform: takes text messages, mutes who says more than 20 in a minute."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.heard: list[str] = []
        self.asked: list[dict[str, list[str]]] = []
        self.answer = {"errcode": 0, "errmsg": "ok"}


class Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: StandIn = self.server
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server.asked.append(parse_qs(urlsplit(self.path).query))
        told = server.answer
        if len(server.heard) >= 20:
            told = {"errcode": 45009, "errmsg": "api freq out of limit"}
        elif told["errcode"] == 0:
            assert body["msgtype"] == "text"
            assert len(body["text"]["content"].encode()) <= MOST_BYTES
            server.heard.append(body["text"]["content"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *said: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[StandIn]:
    server = StandIn()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def wecom(platform: StandIn) -> Robot:
    return Robot("企业微信", f"http://127.0.0.1:{platform.server_port}/cgi-bin/webhook/send?key=k")


def leave(count: int, words: str = "通知") -> None:
    place = Department.objects.first().pk
    for number in range(count):
        tell(departments=[place], text=Words(f"{words}{number}"), url="", on=date(2021, 6, 30))


def test_a_busy_morning_is_one_message(zone: Zone, platform: StandIn):
    robot = wecom(platform)
    say_what_is_new(robots=[robot], now=NOW)
    leave(12)

    assert say_what_is_new(robots=[robot], now=NOW) == 1
    assert say_what_is_new(robots=[robot], now=NOW + timedelta(minutes=2)) == 0
    (said,) = platform.heard
    assert said.startswith("新通知 12 条")
    assert "通知11（" in said


def test_a_new_robot_does_not_pour_out_the_past(zone: Zone, platform: StandIn):
    leave(3)

    assert say_what_is_new(robots=[wecom(platform)], now=NOW) == 0
    assert platform.heard == []


def test_no_more_than_twenty_messages_a_minute_and_the_rest_later(zone: Zone, platform: StandIn):
    robot = wecom(platform)
    say_what_is_new(robots=[robot], now=NOW)
    leave(45, "长" * 290)

    assert say_what_is_new(robots=[robot], now=NOW) == 20
    assert say_what_is_new(robots=[robot], now=NOW + timedelta(seconds=30)) == 0
    platform.heard.clear()
    assert say_what_is_new(robots=[robot], now=NOW + timedelta(seconds=61)) > 0
    assert RobotMark.objects.get().error == ""


def test_what_was_refused_is_told_again(zone: Zone, platform: StandIn):
    robot = wecom(platform)
    say_what_is_new(robots=[robot], now=NOW)
    leave(1)
    platform.answer = {"errcode": 310000, "errmsg": "sign not match"}

    assert say_what_is_new(robots=[robot], now=NOW) == 0
    assert "sign not match" in RobotMark.objects.get().error
    platform.answer = {"errcode": 0, "errmsg": "ok"}
    assert say_what_is_new(robots=[robot], now=NOW + timedelta(seconds=5)) == 0
    assert say_what_is_new(robots=[robot], now=NOW + timedelta(seconds=61)) == 1


def test_a_platform_that_is_down_stops_nobody(zone: Zone):
    robot = Robot("企业微信", "http://127.0.0.1:9/send")
    say_what_is_new(robots=[robot], now=NOW)
    leave(1)

    assert say_what_is_new(robots=[robot], now=NOW) == 0
    assert "没有应答" in RobotMark.objects.get().error


def test_dingtalk_is_signed_as_its_platform_checks(zone: Zone, platform: StandIn):
    address = f"http://127.0.0.1:{platform.server_port}/robot/send?access_token=t"
    robot = Robot("钉钉", address, "SECtest")
    say_what_is_new(robots=[robot], now=NOW)
    leave(1)

    assert say_what_is_new(robots=[robot], now=NOW) == 1

    (asked,) = platform.asked
    stamp = asked["timestamp"][0]
    text = f"{stamp}\nSECtest".encode()
    wanted = base64.b64encode(hmac.new(b"SECtest", text, hashlib.sha256).digest()).decode()
    assert (asked["sign"][0], asked["access_token"]) == (wanted, ["t"])


def test_the_same_words_to_many_departments_are_one_line():
    lines = [NoticeLine(1, "甲局", "通报已印发"), NoticeLine(2, "乙局", "通报已印发")]

    assert compose(lines) == ("新通知 1 条：\n通报已印发（甲局、乙局）", 2)


def test_one_notice_that_is_too_long_is_cut_between_characters():
    text, taken = compose([NoticeLine(1, "甲局", "字" * 900)])

    assert taken == 1
    assert len(text.encode()) <= MOST_BYTES
    assert text.endswith("字…")

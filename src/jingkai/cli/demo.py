"""The demo zone: prepared once, kept between runs, on this machine only."""

import os
import shutil
import socket
import threading
import time
import webbrowser
from contextlib import closing
from pathlib import Path

import click
from platformdirs import user_data_path

__all__ = ["DemoRefused", "serve_demo"]

HOST = "127.0.0.1"


class DemoRefused(RuntimeError):
    """The demo cannot start like this."""


def serve_demo(*, port: int, data: Path | None, reset: bool, open_browser: bool, zone: str) -> None:
    """Prepare the demo zone and serve it until stopped."""
    folder = (data or user_data_path("jingkai") / "demo").resolve()
    _check_port(port)
    if reset and folder.exists():
        _clear(folder)
    os.environ |= {"JINGKAI_DATA": str(folder), "JINGKAI_DEMO": "1", "JINGKAI_ZONE": zone}
    prepare_demo(folder)
    address = f"http://{HOST}:{port}"
    click.echo(f"演示经开区：{address}  (Ctrl+C 停止；数据在 {folder}，--reset 重新开始)")
    if open_browser:
        threading.Thread(target=_open_later, args=(address,), daemon=True).start()
    from jingkai.cli.serving import serve_forever

    serve_forever(host=HOST, port=port, workers=2)


def prepare_demo(folder: Path) -> None:
    """Open the house on the folder and fill it unless it lives already."""
    from jingkai.kernel.zonefile import read_zone_file

    business_date = read_zone_file(os.environ["JINGKAI_ZONE"]).business_date
    if business_date:
        os.environ["JINGKAI_DATE"] = business_date.isoformat()
    from jingkai.cli.main import open_house

    started = time.monotonic()
    open_house()
    from jingkai.cli.serving import prepare_database

    click.echo("1/2 准备数据库 …")
    prepare_database()
    from jingkai.cli.seeding.story import is_empty, seed_zone

    if not is_empty():
        click.echo("2/2 沿用已有的演示数据。")
        return
    click.echo("2/2 写入演示数据 …")
    passwords = seed_zone()
    click.echo(f"    完成，用时 {time.monotonic() - started:.0f} 秒。")
    click.echo("    一次性密码（演示时也可直接选人进入）：")
    for account, name, role, password in passwords:
        click.echo(f"    {account:<12}{password:<18}{name} · {role}")


def _check_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise DemoRefused(
                f"端口 {port} 已被占用。请换一个：make demo PORT={port + 1} "
                f"（或 jingkai demo --port {port + 1}），或先停掉占用它的程序。"
            ) from None


def _clear(folder: Path) -> None:
    """Delete a demo folder; refuse a folder that is something else."""
    known = {"secret.key", "audit.key", "audit-heads", "backups", "evidence", "static"}
    strange = [
        one.name
        for one in folder.iterdir()
        if one.name not in known and not one.name.startswith("jingkai.sqlite3")
    ]
    if strange:
        raise DemoRefused(f"{folder} 里有别的东西（{strange[0]}），不敢清空。请换一个 --data。")
    shutil.rmtree(folder)


def _open_later(address: str) -> None:
    time.sleep(2)
    webbrowser.open(address)

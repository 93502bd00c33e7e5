"""Found a zone: its package from the base, its database, its first administrator."""

import os
import re
from importlib.util import find_spec
from pathlib import Path

__all__ = ["ZoneExists", "found_zone", "write_package"]

ZONE = """# {title}。每一项的意思见 docs/how-to/open-your-own-zone.md。
id: {name}
name: {title}
english: {english}
base: zones.base
issuer: {title}管理委员会
document_mark: {name}
themes:
  overall: 总体目标
"""
DEPARTMENTS = """# 部门：代码、名称、英文名、分管领导、职责词。
# 职责词出现在任务里，就把任务推荐给这个部门。
office:
  name: 办公室
  english: General Office
  duties: [督查, 考核, 会议, 文件]
economy:
  name: 经济发展局
  english: Economic Development Bureau
  duties: [生产总值, 工业, 投资, 企业]
projects:
  name: 项目建设局
  english: Project Bureau
  duties: [开工, 投产, 签约, 项目]
"""


class ZoneExists(ValueError):
    """A zone that cannot be founded under this name."""


def write_package(*, name: str, title: str, english: str, data: Path) -> Path:
    """Write the package of a new zone into its data folder and return its place."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        raise ZoneExists(f"“{name}”不能作代号：请用小写英文字母开头的字母和数字，如 nanhu。")
    if find_spec(name):
        raise ZoneExists(f"“{name}”和一个 Python 包同名，请换一个代号。")
    folder = data / "package" / name
    if list(folder.parent.glob("*/zone.yaml")):
        raise ZoneExists(f"{folder.parent} 里已有经开区包。请直接修改里面的文件，或换 --data。")
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(f'"""{title}: what differs from the base."""\n', "utf-8")
    facts = {"name": name, "title": title, "english": english}
    (folder / "zone.yaml").write_text(ZONE.format(**facts), "utf-8")
    (folder / "departments.yaml").write_text(DEPARTMENTS, "utf-8")
    return folder


def found_zone(*, name: str, account: str, data: Path) -> list[tuple[str, str, str]]:
    """Prepare the database of the zone and return its three administrators.

    Each is a role, an account and a one-time password: no account holds two of the three duties.
    """
    os.environ |= {"JINGKAI_ZONE": name, "JINGKAI_DATA": str(data)}
    from jingkai.cli.main import open_house

    open_house()
    from django.conf import settings

    from jingkai.cli.serving import prepare_database
    from jingkai.org.queries import list_everybody
    from jingkai.org.rules import ROLES
    from jingkai.org.services import add_person

    prepare_database()
    if list_everybody().exists():
        raise ZoneExists(
            f"{settings.DATA} 里已经有一个经开区的数据。请用 --data 指定一个空文件夹。"
        )
    made = []
    for role, its_account in (
        ("admin", account),
        ("security_admin", f"{account}-security"),
        ("audit_admin", f"{account}-audit"),
    ):
        person, password = add_person(
            account=its_account,
            name=ROLES[role].name,
            role=role,
            department=None,
            on=settings.BUSINESS_CLOCK.today(),
        )
        made.append((person.name, its_account, password))
    return made

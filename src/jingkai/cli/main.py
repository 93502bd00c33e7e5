"""Commands. Each says what it does in Chinese and English; 0 done, 1 refused, 2 wrong usage."""

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

BENCHES = ("reading", "numbers", "approvals", "returns", "report", "pages")

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jingkai")
def main() -> None:
    """经开 jingkai: 计划、工作、报告是同一份数据 · plan, work and report are one record."""


def refuse(message: str) -> NoReturn:
    """Say why and what to do, and leave with 1."""
    click.echo(message, err=True)
    raise SystemExit(1)


def open_house() -> None:
    """Set Django up on the data folder that the environment names."""
    # A thread that waits for its turn after a statement waits this long, not the usual 5 ms: beside
    # an import, every statement of a page would cost as much.
    sys.setswitchinterval(0.0002)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingkai.config.settings")
    import django

    from jingkai.kernel.load import ZoneRefused

    try:
        django.setup()
    except ZoneRefused as refusal:
        refuse(str(refusal))


@main.command()
@click.option("--port", default=8000, show_default=True, help="端口 · port")
@click.option("--data", type=click.Path(path_type=Path), help="数据文件夹 · data folder")
@click.option("--reset", is_flag=True, help="清空演示数据重新开始 · start anew")
@click.option("--no-browser", is_flag=True, help="不打开浏览器 · do not open a browser")
@click.option("--zone", default="zones.changde", show_default=True, help="经开区包 · zone package")
def demo(port: int, data: Path | None, reset: bool, no_browser: bool, zone: str) -> None:
    """打开演示经开区 · Serve the demo zone on this machine."""
    from jingkai.cli.demo import DemoRefused, serve_demo

    try:
        serve_demo(port=port, data=data, reset=reset, open_browser=not no_browser, zone=zone)
    except DemoRefused as refusal:
        refuse(str(refusal))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 · address")
@click.option("--port", default=8000, show_default=True, help="端口 · port")
@click.option("--workers", default=2, show_default=True, help="进程数 · processes")
def serve(host: str, port: int, workers: int) -> None:
    """正式运行 · Run the production server, its jobs included."""
    open_house()
    from jingkai.cli.serving import prepare_database, serve_forever

    prepare_database()
    serve_forever(host=host, port=port, workers=workers)


@main.group()
def zone() -> None:
    """经开区包 · Zone packages."""


@zone.command()
@click.argument("name")
@click.option("--title", prompt="中文名称 · Chinese name", help="中文名称 · Chinese name")
@click.option("--english", prompt="英文名称 · English name", help="英文名称 · English name")
@click.option("--account", default="admin", show_default=True, help="管理员账号 · account")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="数据文件夹 · data")
def new(name: str, title: str, english: str, account: str, data: Path) -> None:
    """新建经开区 · Write a zone package and create its first administrator."""
    from jingkai.cli.founding import ZoneExists, found_zone, write_package

    data = data.resolve()
    try:
        folder = write_package(name=name, title=title, english=english, data=data)
        administrators = found_zone(name=name, account=account, data=data)
    except ZoneExists as refusal:
        refuse(str(refusal))
    click.echo(f"经开区包：{folder}（请改 zone.yaml 和 departments.yaml，改后 jingkai check）")
    for role, its_account, password in administrators:
        click.echo(f"{role} {its_account}，一次性密码 {password}（首次登录后须修改）")
    click.echo(f"启动：JINGKAI_DATA={data} jingkai serve")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "json_out", help="写到哪里，- 为屏幕 · where to, - for the screen")
@click.option("--text", "text_out", type=click.Path(path_type=Path), help="提取的正文 · the text")
@click.option("--xlsx", "xlsx_out", type=click.Path(path_type=Path), help="任务分解表 · task table")
@click.option("--year", type=int, help="计划年度 · plan year")
@click.option("--zone", "package", help="按哪个经开区包推荐责任单位 · whose departments to propose")
@click.option(
    "--compare",
    "earlier",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="和往年的报告比，可多份 · compare with earlier reports",
)
def read(
    file: Path,
    json_out: str | None,
    text_out: Path | None,
    xlsx_out: Path | None,
    year: int | None,
    package: str | None,
    earlier: tuple[Path, ...],
) -> None:
    """读工作报告 · Read a work report: outline, targets, results, projects, tasks."""
    from jingkai.cli.reading import compare_files, open_file, write_tasks
    from jingkai.reading import CannotRead
    from jingkai.reading.comparison import CannotCompare

    try:
        opened = open_file(file, year)
        if text_out:
            text_out.write_text(opened.text, encoding="utf-8", newline="")
        if xlsx_out:
            count = write_tasks(opened, xlsx_out, package)
            click.echo(f"已写入 {xlsx_out}：{count} 条。", err=True)
        said, shown = compare_files(opened, earlier) if earlier else (opened.report, None)
    except (CannotRead, CannotCompare) as refusal:
        refuse(str(refusal))
    if json_out in (None, "-"):
        if shown is not None and json_out is None:
            click.echo(shown)
        elif json_out == "-" or not xlsx_out:
            click.echo(json.dumps(said, ensure_ascii=False))
    else:
        Path(json_out).write_text(json.dumps(said, ensure_ascii=False) + "\n", encoding="utf-8")


@main.command()
@click.argument("indicator")
@click.option(
    "--period", "period_text", required=True, help="2021 | 2021-06 | 2021Q2 | 2021-01..06"
)
@click.option("--known", type=click.DateTime(["%Y-%m-%d"]), help="截至哪天所知 · as known on")
@click.option("--facts", "with_facts", is_flag=True, help="列出事实 · list the facts")
@click.option("--json", "as_json", is_flag=True, help="最后一行输出 JSON · JSON on the last line")
def value(indicator: str, period_text: str, known: Any, with_facts: bool, as_json: bool) -> None:
    """查一个数 · One number: value, growth, target, attainment, pace, gap, facts."""
    open_house()
    from django.conf import settings

    from jingkai.cli.values import UnknownIndicator, answer
    from jingkai.kernel.periods import BadPeriod

    day = known.date() if known else settings.BUSINESS_CLOCK.today()
    try:
        said = answer(indicator, period_text, known_on=day, with_facts=with_facts)
    except (UnknownIndicator, BadPeriod) as refusal:
        refuse(str(refusal))
    for key, shown in said.items():
        if key != "facts" and not as_json:
            click.echo(f"{key:<12}{shown if shown is not None else '—'}")
    for fact in said["facts"] if not as_json else ():
        click.echo(f"  {fact['on']}  {fact['subject']}  {fact['values']}")
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))


@main.command()
@click.argument("year", type=int)
@click.option("--docx", type=click.Path(path_type=Path), required=True, help="写到哪里 · where to")
def report(year: int, docx: Path) -> None:
    """生成执行情况报告 · Write the progress report of a year's plan as docx."""
    open_house()
    from django.conf import settings

    from jingkai.cli.values import NoPlan, write_report

    try:
        docx.write_bytes(write_report(year, on=settings.BUSINESS_CLOCK.today()))
    except NoPlan as refusal:
        refuse(str(refusal))
    click.echo(f"已写入 {docx}")


@main.command()
@click.argument("package", default="")
def check(package: str) -> None:
    """检查经开区包 · Check a zone package: every definition and every example of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingkai.config.settings")
    from django.conf import settings

    from jingkai.cli.checking import check_zone

    package = package or settings.JINGKAI_ZONE
    problems, checked = check_zone(package)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        refuse(f"{package}：{len(problems)} 处要改。")
    click.echo(f"{package}：{checked} 个定义及其例子全部通过。")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--keys", is_flag=True, help="连同密钥 · with the keys; keep it locked away")
def backup(folder: Path, keys: bool) -> None:
    """备份 · Back database, evidence and zone package up into a new folder."""
    open_house()
    from jingkai.backup.services import BackupRefused, back_up

    try:
        manifest = back_up(folder.resolve(), with_keys=keys)
    except BackupRefused as refusal:
        refuse(str(refusal))
    click.echo(
        f"已备份到 {folder}：{len(manifest['tables'])} 张表，{len(manifest['files'])} 个文件。"
    )
    if not keys:
        click.echo("备份里没有密钥：请另行妥善保存 audit.key，恢复时要用。")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), required=True, help="空文件夹 · empty")
@click.option("--key", type=click.Path(exists=True, path_type=Path), help="audit.key")
def restore(folder: Path, data: Path, key: Path | None) -> None:
    """恢复 · Restore a backup into an empty place, checked before and after."""
    from jingkai.backup import services as backups

    try:
        manifest = backups.restore(
            folder.resolve(), data=data.resolve(), key_file=key, open_house=open_house
        )
    except backups.BackupRefused as refusal:
        refuse(str(refusal))
    click.echo(f"已恢复 {manifest['made_at']} 的备份到 {data}，逐表逐链核对无误。")


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, path_type=Path))
def drill(folder: Path | None) -> None:
    """演练恢复 · Prove that a backup can be restored: this one, or one made now."""
    open_house()
    from jingkai.backup import services as backups

    try:
        manifest = backups.drill(folder.resolve() if folder else None)
    except backups.BackupRefused as refusal:
        refuse(str(refusal))
    click.echo(f"演练通过：{manifest['made_at']} 的备份可以完整恢复。")


@main.group()
def people() -> None:
    """人员 · Accounts, at the server itself."""


@people.command("reset")
@click.argument("account")
def reset_account(account: str) -> None:
    """救回一个账号 · Let in somebody whom nobody else can: new password, no phone, not locked."""
    open_house()
    from django.conf import settings

    from jingkai.org.services import AccountRefused, rescue

    try:
        person, password = rescue(account=account, on=settings.BUSINESS_CLOCK.today())
    except AccountRefused as refusal:
        refuse(str(refusal))
    click.echo(f"{person.name}（{account}）的一次性密码：{password}")
    click.echo("登录后先改密码；原来的手机和备用码已作废，要二次验证的会请他重新设置。")


@main.group()
def keys() -> None:
    """密钥 · Keys of this house."""


@keys.command()
def rotate() -> None:
    """换二次验证密钥的密钥 · Put a new field.key in place of the old one; stop the server first."""
    open_house()
    from jingkai.cli.keys import KeysElsewhere, rotate_field_key

    try:
        count, old = rotate_field_key()
    except KeysElsewhere as refusal:
        refuse(str(refusal))
    click.echo(f"已换新密钥，{count} 部手机的密钥已重新加密。请重新启动系统。")
    click.echo(f"旧密钥在 {old}：恢复以前的备份要用，请移到别处锁好。")


@keys.command()
def reseal() -> None:
    """用第一把密钥重新加密 · Seal again with the first of JINGKAI_FIELD_KEYS."""
    open_house()
    from jingkai.org.services import reseal_phones

    click.echo(f"{reseal_phones()} 部手机的密钥已用第一把密钥重新加密。")


@main.group()
def audit() -> None:
    """审计 · The audit chain and the ledger's."""


@audit.command("verify")
def audit_verify() -> None:
    """校验两条链和办理记录 · Check both chains and the acts of cases; name what does not fit."""
    open_house()
    from jingkai.audit.queries import broken_places
    from jingkai.cli.chains import chain_lengths

    if broken := broken_places():
        refuse("\n".join(broken))
    for length in chain_lengths():
        click.echo(length)


@audit.command()
def publish() -> None:
    """公布链末端 · Write where both chains end, to be kept outside this machine too."""
    open_house()
    from jingkai.cli.chains import publish_now

    click.echo(publish_now().read_text("utf-8").rstrip())


main.add_command(audit_verify, "verify")


@main.command()
@click.argument("year", type=int)
def replay(year: int) -> None:
    """逐月重放 · Replay a year's plan: the lights as known then, the notices they would cause."""
    open_house()
    from jingkai.supervision.queries import replay_year

    months = replay_year(year)
    if not months:
        refuse(f"{year} 年没有通过的计划，无法重放；请先导入或换一个年份。")
    for one in months:
        lights = "  ".join(f"{light} {count}" for light, count in one.lights)
        caught = f"；补齐 {one.caught_up} 项" if one.caught_up else ""
        click.echo(f"{one.month.name}  {lights}  → 通知 {len(one.notices)} 份{caught}")
        for notice in one.notices:
            words = f"{notice.lead}：{notice.text}（{notice.light}，连续 {notice.months} 个月）"
            click.echo(f"    {notice.step}  {words}")


@main.group()
def lake() -> None:
    """数据湖 · The lake of files for scans."""


@lake.command()
def extend() -> None:
    """补到账本最后一条 · Bring the lake up to the ledger's last entry."""
    open_house()
    from jingkai.ledger.services import extend_lake

    click.echo(f"数据湖已到账本第 {extend_lake()} 条。")


@lake.command()
def compact() -> None:
    """合并文件 · Join small files; what was replaced goes two compactions later."""
    open_house()
    from jingkai.ledger.services import compact_lake

    click.echo(f"合并前共 {compact_lake()} 个文件。")


@lake.command()
def rebuild() -> None:
    """全部重写 · Write the whole lake anew and print the digest of its rows.

    Gates that were recorded before projects belonged to departments get theirs first.
    """
    open_house()
    from django.conf import settings

    from jingkai.ledger.services import rebuild_lake
    from jingkai.projects.services import lay_departments

    if laid := lay_departments(by="维护命令", known_on=settings.BUSINESS_CLOCK.today()):
        click.echo(f"{laid} 个项目补记了节点当时的责任单位。")
    click.echo(f"数据湖已重写，行数:摘要 {rebuild_lake()}")


@lake.command("check")
def check_lake() -> None:
    """核对 · Scan by the engine that is set and compare with what is kept."""
    open_house()
    from django.conf import settings

    from jingkai.ledger.queries import find_disagreeing

    wrong = find_disagreeing(on=settings.BUSINESS_CLOCK.today())
    if wrong:
        named = "、".join(wrong)
        refuse(f"{settings.ENGINE} 与保存的分项不一致：{named}。请运行 jingkai lake rebuild。")
    click.echo(f"{settings.ENGINE} 与保存的分项一致。")


@main.command()
@click.argument("name", type=click.Choice(BENCHES))
@click.option("--cells", default=2.5e5, show_default=True, help="账本规模 · cells in the ledger")
@click.option("--seed", default=1, show_default=True, help="随机种子 · seed")
@click.option("--json", "as_json", is_flag=True, help="最后一行输出 JSON · JSON on the last line")
@click.option(
    "--house",
    type=click.Path(path_type=Path, file_okay=False),
    help="账本留在这里，下次直接用（numbers）· keep the ledger here for the next run (numbers)",
)
def bench(name: str, cells: float, seed: int, as_json: bool, house: Path | None) -> None:
    """量性能 · Measure against rivals in one run (benchmarks/README.md)."""
    from jingkai.cli.bench import run_bench

    run_bench(name, cells=int(cells), seed=seed, as_json=as_json, house=house)

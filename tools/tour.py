"""Open every page of the demo zone, wide and narrow, Chinese and English, and take its picture.

The pages come from the routes of the product (tools/stops.py). Run it beside a demo zone:
its data folder tells the examples, its address serves the pages.
"""

import os
import re
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SIZES = {"wide": (1366, 768), "narrow": (390, 844)}
LANGUAGES = ("zh-hans", "en")
TALLEST = 2600
TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
CHINESE = """() => {
    const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
    const said = [];
    while (walker.nextNode()) {
        const node = walker.currentNode;
        if (/[\\u4e00-\\u9fff]/.test(node.textContent) && node.parentElement.checkVisibility())
            said.push(node.textContent.trim());
    }
    return said;
}"""


@dataclass
class Tour:
    """What the tour has seen."""

    folder: Path
    whole: bool
    pictures: dict[str, list[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    chinese: dict[str, list[str]] = field(default_factory=dict)


def main() -> int:
    """Take the tour."""
    told = _arguments()
    os.environ |= {
        "JINGKAI_DATA": str(told.data),
        "JINGKAI_DEMO": "1",
        "JINGKAI_ZONE": told.zone,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from jingkai.cli.main import open_house
    from jingkai.kernel.zonefile import read_zone_file

    if lives_on := read_zone_file(told.zone).business_date:
        os.environ["JINGKAI_DATE"] = lives_on.isoformat()
    open_house()
    from tools.stops import find_accounts, list_stops, prepare

    prepare()
    stops = [one for one in list_stops() if re.search(told.only, f"{one.name} {one.path}")]
    accounts = find_accounts()
    told.folder.mkdir(parents=True, exist_ok=True)
    tour = Tour(told.folder, told.whole)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for role in dict.fromkeys(one.role for one in stops):
            if role and role not in accounts:
                continue
            paths = [(one.name, one.path) for one in stops if one.role == role]
            for size in SIZES:
                for language in LANGUAGES:
                    _take(tour, browser, told, accounts.get(role, ""), paths, size, language)
        _tile(tour, browser)
        browser.close()
    (told.folder / "chinese.txt").write_text(
        "\n".join(f"{name}: {' | '.join(said)}" for name, said in tour.chinese.items()), "utf-8"
    )
    count = sum(map(len, tour.pictures.values()))
    print(f"{count} pictures of {len(stops)} pages in {told.folder}")
    print("\n".join(tour.broken))
    return 1 if tour.broken else 0


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the data folder of a running demo zone")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--zone", default="zones.changde")
    parser.add_argument("--only", default="", help="pages whose name or address matches")
    parser.add_argument("--whole", action="store_true", help="whole pages, not one screenful")
    parser.add_argument("--grey", action="store_true", help="as printed on paper, in grey")
    return parser.parse_args()


def _take(
    tour: Tour,
    browser: Browser,
    told: Namespace,
    account: str,
    paths: list[tuple[str, str]],
    size: str,
    language: str,
) -> None:
    width, height = SIZES[size]
    context = browser.new_context(
        base_url=told.url,
        viewport={"width": width, "height": height},
        locale="zh-CN" if language.startswith("zh") else "en-GB",
    )
    page = _enter(context, account, language, told.url)
    for name, path in paths:
        answer = page.request.get(path, max_redirects=0)
        is_page = answer.status == 200 and "text/html" in answer.headers["content-type"]
        if not is_page:
            if answer.status >= 400 and answer.status != 405:
                tour.broken.append(f"{answer.status} {account} {path}")
            continue
        page.goto(path)
        if told.grey:
            page.emulate_media(media="print")
            page.add_style_tag(content="html { filter: grayscale(1) }")
        parts = (
            f"{name.replace(':', '-')}{_tail(path)}",
            account or "stranger",
            size,
            language[:2],
        )
        file = f"{'.'.join(parts)}.png"
        tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
        clip: Any = {"x": 0, "y": 0, "width": width, "height": max(tall, height)}
        page.screenshot(
            path=tour.folder / file, full_page=told.whole, clip=clip if told.whole else None
        )
        tour.pictures.setdefault(f"{size}-{language[:2]}", []).append(file)
        if page.evaluate(TOO_WIDE):
            tour.broken.append(f"{size} {language} {account}: {path} is wider than the screen")
        if language == "en" and size == "wide":
            tour.chinese[f"{account} {path}"] = page.evaluate(CHINESE)
    context.close()


def _enter(context: BrowserContext, account: str, language: str, url: str) -> Page:
    context.add_cookies([{"name": "django_language", "value": language, "url": url}])
    page = context.new_page()
    if account:
        page.goto("/login/")
        page.locator(f'button[name="account"][value="{account}"]').click()
        page.wait_for_load_state()
    return page


def _tile(tour: Tour, browser: Browser) -> None:
    """Put the pictures of one size and language on contact sheets, twenty on each."""
    page = browser.new_page(viewport={"width": 1640, "height": 1000})
    for kind, files in tour.pictures.items():
        for start in range(0, len(files), 20):
            cells = "".join(
                f'<figure><img src="{file}"><figcaption>{file}</figcaption></figure>'
                for file in files[start : start + 20]
            )
            sheet = tour.folder / f"sheet-{kind}-{start // 20}.html"
            sheet.write_text(SHEET + cells, "utf-8")
            page.goto(sheet.resolve().as_uri())
            page.screenshot(path=sheet.with_suffix(".png"), full_page=True)
    page.close()


SHEET = """<!doctype html><meta charset="utf-8"><style>
body { display: grid; grid-template-columns: repeat(5, 1fr); gap: 8px; margin: 8px }
figure { margin: 0; border: 1px solid #999 }
img { width: 100%; max-height: 460px; object-fit: cover; object-position: top }
figcaption { font: 11px sans-serif; overflow-wrap: anywhere } </style>"""


def _tail(path: str) -> str:
    """Return what tells one example of a page from another."""
    return "-".join(re.findall(r"[\w-]+", path)[-2:])[:40]


if __name__ == "__main__":
    sys.exit(main())

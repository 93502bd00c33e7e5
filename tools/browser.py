"""Make sure that browser tests have Chromium and Chinese fonts; say the one command if not."""

import os
import shutil
import subprocess
import sys

PACKAGES = ["chromium", "fonts-noto-cjk"]
COMMAND = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]


def main() -> int:
    """Install what is missing where this user may; otherwise name the command."""
    if shutil.which("chromium"):
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("浏览器测试需要 Chromium 与中文字体，正在安装 …", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        done = subprocess.run(COMMAND, env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode == 0:
            return 0
    print(f"浏览器测试需要 Chromium:sudo {' '.join(COMMAND)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())

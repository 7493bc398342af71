"""``python -m generator.windows OUT`` builds the bundle; ``generator.setup windows`` does so from nothing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from generator.windows.bundle import INSTALLER, PYTHONS, build
from generator.windows.wheels import BundleError


def main() -> int:
    """Build the bundle and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m generator.windows", description="做 Windows 离线安装包。")
    parser.add_argument("out", type=Path, help=f"放在哪个文件夹；{INSTALLER} 也放在这里")
    parser.add_argument("--without-installer", action="store_true", help=f"不带 {INSTALLER}：电脑上都有 Python 时用")
    parser.add_argument("--python", action="append", choices=PYTHONS, help="只带这个版本的组件，可多个；不写就全带")
    given = parser.parse_args()
    try:
        made = build(given.out, pythons=given.python or PYTHONS, with_installer=not given.without_installer)
    except BundleError as error:
        print(f"错误：{error}", file=sys.stderr)
        return 1
    mega = 1 << 20
    print(
        f"{made.folder}：{made.wheels} 个组件，{made.unpacked / mega:.0f} MB，没有缺的\n"
        f"{made.archive}：{made.packed / mega:.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""baoxue serve."""

from __future__ import annotations

import os
import socket
import webbrowser
from datetime import date
from pathlib import Path

import click

from generator.cli.asking import as_day
from generator.cli.help import examples
from generator.cli.stopping import guarded
from generator.errors import BaoxueError
from generator.files import reason
from generator.resources import PROJECT_FILE


class LackingError(BaoxueError):
    """A library of the page is not installed."""


class PortTakenError(BaoxueError):
    """The port that was asked for is another program's."""


def _enter(context: click.Context, _: click.Parameter, folder: Path | None) -> None:
    """Go into the folder, so that its own project file counts and not that of the folder one comes from."""
    if folder is None:
        return
    from generator.cli.settings import defaults

    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    except OSError as error:
        why = "这是一个文件，不是文件夹" if folder.is_file() else reason(error)
        raise click.UsageError(f"{folder} 打不开：{why}。serve 后面写项目的文件夹，不写就用现在这个。") from None
    assert context.parent
    assert isinstance(context.parent.command, click.Group)
    there = Path(PROJECT_FILE).is_file()
    context.default_map = defaults(context, context.parent.command.commands)["serve"] if there else {}


@click.command(epilog=examples("serve", "serve 我的学校", "serve 我的学校 --today 2026-09-10"))
@click.argument(
    "folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path), is_eager=True, callback=_enter,
    expose_value=False,
)  # fmt: skip
@click.option("--data", envvar="BAOXUE_DATA", type=click.Path(path_type=Path), help="用哪份数据。")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("output"),
    show_default=True,
    metavar="文件夹",
    help="文书放到哪里。",
)
@click.option("--today", callback=as_day, metavar="日期", help="当作哪一天，如 2026-09-10；不写用当天。")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="端口", help="端口；不写由系统挑一个空着的。")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只说网址。")
@guarded
def serve(data: Path | None, out: Path, today: date | None, port: int, no_browser: bool) -> None:
    """打开本机网页：放进名册、看问题和待办、打印文书、给通知书编号，都在浏览器里点。"""
    import logging

    try:
        from waitress.server import create_server

        from generator.web import Site, create
    except ModuleNotFoundError as error:
        raise LackingError(
            f'缺网页要用的程序库 {error.name}：运行 pip install "baoxue[web]"，或用安装包再装一次。'
        ) from None

    logging.getLogger("waitress").setLevel(logging.ERROR)
    site = Site(Path.cwd(), data, out, today)
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError:
        raise PortTakenError(f"端口 {port} 别的程序正在用，换一个 --port，或不写。") from None
    server = create_server(create(site), sockets=[listening], threads=8, max_request_body_size=1 << 27)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/?t={site.token}"
    click.echo(f"保学已经打开：{address}\n用完了在这里按 Ctrl-C，或关掉这个窗口。")
    if not no_browser:
        webbrowser.open(address)
    server.run()

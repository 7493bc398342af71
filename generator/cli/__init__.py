"""The command line: a module a command or a group of them. Nothing else prints or exits.

Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from generator import __version__
from generator.cli import (
    bench,
    build,
    check,
    chinese,
    dossier,
    due,
    fill,
    forms,
    ledger,
    notice,
    printed,
    project,
    roster,
    serve,
)
from generator.cli.help import Front, Help, examples
from generator.cli.settings import defaults
from generator.cli.stopping import guarded
from generator.resources import PROJECT_FILE

SECTIONS = {
    "开始": (project.init, serve.serve, project.doctor),
    "数据": (check.check, roster.import_, roster.term, roster.undo),
    "文书": (build.build, printed.printed, project.list_),
    "自己的表单": (fill.fill, forms.forms),
    "待办": (due.due,),
    "通知书": (notice.notice, ledger.ledger),
    "迎检": (dossier.dossier, dossier.verify),
    "其他": (project.policy, bench.bench),
}
"""What each command is for; help tells of them in this order."""


@click.group(
    cls=Front,
    sections=SECTIONS,
    context_settings={"auto_envvar_prefix": "BAOXUE", "help_option_names": ["-h", "--help"]},
    epilog=examples("init 我的学校", "check 数据.xlsx", "build --sample", "build --help"),
)
@click.version_option(__version__, message=f"保学 {__version__}", help="显示版本。")
@click.pass_context
@guarded
def main(context: click.Context) -> None:
    """保学：用一份数据生成控辍保学的各种文书（Word、PDF、Excel）。"""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Chinese Windows is GBK and has no rare characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if Path(PROJECT_FILE).is_file():
        context.default_map = defaults(context, main.commands)


chinese.install()
chinese.name_parts(main)
click.Context.formatter_class = Help  # of every command, whoever makes it

"""The command line: a module a command or a group of them. Nothing else prints or exits.

Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from generator import __version__
from generator.cli import build, check, due, ledger, notice, printed, project, roster, serve
from generator.cli.settings import defaults
from generator.cli.stopping import guarded
from generator.resources import PROJECT_FILE


@click.group(context_settings={"auto_envvar_prefix": "BAOXUE", "help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="baoxue")
@click.pass_context
@guarded
def main(context: click.Context) -> None:
    """保学：用一份数据生成控辍保学的各种文书（Word、PDF、Excel）。"""
    for stream in (sys.stdout, sys.stderr):  # a pipe on Chinese Windows is GBK and has no rare characters
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if Path(PROJECT_FILE).is_file():
        context.default_map = defaults(context, main.commands)


COMMANDS = (
    project.init, project.list_, project.policy, project.doctor, roster.import_, roster.term, roster.undo, check.check,
    build.build, printed.printed, due.due, notice.notice, ledger.ledger, serve.serve,
)  # fmt: skip
for command in COMMANDS:
    main.add_command(command)

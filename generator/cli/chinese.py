"""click in Chinese: its own words, and what it calls the parts of a command.

click asks ``gettext`` for its words, which finds a language by the environment alone; Windows has none there, and a
school's computer may be set to English. So its modules are given another function to ask.
"""

from __future__ import annotations

import gettext
import sys

import click

SAID = {
    # help
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本。",
    "default: {default}": "不写是 {default}",
    "(dynamic)": "（随情况）",
    "required": "必填",
    "env var: {var}": "环境变量：{var}",
    "deprecated": "不再使用",
    # what is wrong
    "Error: {message}": "错误：{message}",
    "Try '{command} {option}' for help.": "怎么用：{command} {option}",
    "Missing command.": "没有写要做什么（命令）。",
    "No such command {name!r}.": "没有“{name}”这个命令。",
    "No such option {name!r}.": "没有 {name} 这个选项。",
    "Did you mean {possibility}?": "是不是 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "是不是其中一个：{possibilities}？",
    "Missing argument": "缺少",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少",
    "Missing {param_type}": "缺少 {param_type}",
    "Missing parameter: {param_name}": "缺少 {param_name}",
    "Choose from:\n\t{choices}": "可用的有：\n\t{choices}",
    "Got unexpected extra argument ({args})": "多写了：{args}（名称里有空格的，前后加引号）",
    "Got unexpected extra arguments ({args})": "多写了：{args}（名称里有空格的，前后加引号）",
    "Option {name!r} does not take a value.": "选项 {name} 后面不写值。",
    "Option {name!r} requires an argument.": "选项 {name} 后面要写一个值。",
    "Option {name!r} requires {nargs} arguments.": "选项 {name} 后面要写 {nargs} 个值。",
    "Argument {name!r} takes {nargs} values.": "“{name}”要写 {nargs} 个值。",
    "Takes {nargs} values but 1 was given.": "要写 {nargs} 个值，写了 1 个。",
    "Takes {nargs} values but {len} were given.": "要写 {nargs} 个值，写了 {len} 个。",
    "{len_type} values are required, but {len_value} was given.": "要写 {len_type} 个值，写了 {len_value} 个。",
    "{len_type} values are required, but {len_value} were given.": "要写 {len_type} 个值，写了 {len_value} 个。",
    "Value must be an iterable.": "要写成几项。",
    "Invalid value: {message}": "写得不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 写得不对：{message}",
    "{value!r} is not {choice}.": "“{value}”不行，只能用 {choice}。",
    "{value!r} is not one of {choices}.": "“{value}”不行，可用 {choices}。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是{number_type}。",
    "{value} is not in the range {range}.": "{value} 不在范围里，要 {range}（x 是要写的数）。",
    "{value!r} is not a valid boolean. Recognized values: {states}": "“{value}”不行，可用 {states}。",
    "{value!r} is not a valid UUID.": "“{value}”不是编号。",
    "{value!r} does not match the format {format}.": "“{value}”不是 {format} 的样子。",
    "{value!r} does not match the formats {formats}.": "“{value}”不是 {formats} 的样子。",
    "file": "文件",
    "directory": "文件夹",
    "path": "文件",
    "{name} {filename!r} does not exist.": "没有{name}“{filename}”，请检查路径。",
    "{name} {filename!r} is a file.": "“{filename}”是一个文件，要一个文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是一个文件夹，要一个文件。",
    "{name} {filename!r} is not readable.": "{name}“{filename}”读不了，请检查权限。",
    "{name} {filename!r} is not writable.": "{name}“{filename}”写不进去，请检查权限。",
    "{name} {filename!r} is not executable.": "{name}“{filename}”不能运行，请检查权限。",
    "Could not open file {filename!r}: {message}": "打不开“{filename}”：{message}",
    "unknown error": "原因不明",
    # between
    "Aborted!": "已中断。",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "命令 {name} 不再使用。{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "{name} 不再使用。{extra_message}",
    "Do you want to continue?": "继续吗？",
    "Confirm the action without prompting.": "不再问，照做。",
    "Repeat for confirmation": "再写一遍",
    "Error: The two entered values do not match.": "错误：两次写的不一样。",
    "Error: invalid input": "错误：要写 y 或 n",
    "Press any key to continue...": "按任意键继续……",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "d": "天",
}
"""What click says, as its source has it, and what people here read."""

TYPES = {
    click.types.StringParamType: "文字", click.types.IntParamType: "整数", click.IntRange: "整数",
    click.types.FloatParamType: "数", click.FloatRange: "数", click.types.BoolParamType: "是否",
}  # fmt: skip


def said(message: str) -> str:
    """Return what click says in Chinese, or as it is where that is unknown."""
    return SAID.get(message, message)


def counted(one: str, several: str, number: int) -> str:
    """Return what click says of so many in Chinese."""
    return said(one if number == 1 else several)


def install() -> None:
    """Let all of click's modules ask here for their words."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "click":
            for word, theirs, ours in (("_", gettext.gettext, said), ("ngettext", gettext.ngettext, counted)):
                if getattr(module, word, None) is theirs:
                    setattr(module, word, ours)
    for kind, called in TYPES.items():
        kind.name = called


def name_parts(command: click.Command) -> None:
    """Name the parts of a command, and of all below it, in Chinese."""
    command.options_metavar = "[选项]"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.metavar is None and isinstance(parameter.type, click.Path):
            parameter.metavar = said("path")
    if isinstance(command, click.Group):
        command.subcommand_metavar = "命令 [参数]..."
        for below in command.commands.values():
            name_parts(below)

"""The project file, baoxue.yaml: what it says takes the place of what options say by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.cli.build import build
from generator.errors import Exit, Place, Problem, Problems
from generator.resources import PROJECT_FILE

if TYPE_CHECKING:
    from generator.yamlfile import YamlFile


class ProjectFileError(Problems):
    """The project file says what the command line would not take either."""

    exit_code = Exit.USAGE


def defaults(context: click.Context, commands: Mapping[str, click.Command]) -> dict[str, Any]:
    """Return what the project file says, by command and parameter: all of it for ``build``, the dataset for the others.

    Raises ``ProjectFileError``.
    """
    said = _said(context)
    shared = {key: said[key] for key in ("data",) if key in said}  # the format of a check is another
    return {name: _named(command, shared) for name, command in commands.items()} | {
        "build": _named(build, said),
        "serve": _named(commands["serve"], said),
    }


def _said(context: click.Context) -> dict[str, Any]:
    """Return what the project file says, by the long names of options of ``build``.

    Raises ``ProjectFileError`` where it is no mapping, or holds a key or a value that is none of ``build``.
    """
    from generator.errors import TemplateError, near
    from generator.yamlfile import read_yaml

    try:
        file = read_yaml(Path(PROJECT_FILE))
    except TemplateError as error:
        raise ProjectFileError(error.problems) from None
    said, known = file.data or {}, _options(build)
    if not isinstance(said, dict):
        raise _wrong(file, "", "不是“选项: 值”", "要写成“选项: 值”，一行一项")
    for key in said:
        if key not in known:
            raise _wrong(file, key, f"不认识“{key}”{near(str(key), list(known))}", f"可写 {'、'.join(known)}")
    return {key: _given(context, known[key], file, key) for key, value in said.items() if value is not None}


def _wrong(file: YamlFile, key: str, what: str, todo: str = "请改正") -> ProjectFileError:
    return ProjectFileError([Problem(Place(PROJECT_FILE, line=file.line([key])), what, todo)])


def _given(context: click.Context, option: click.Parameter, file: YamlFile, key: str) -> Any:
    """Return a value of the project file as the command line would give it."""
    value = file.data[key]
    values = [str(one) if isinstance(one, date) else one for one in (value if isinstance(value, list) else [value])]
    given = values if option.multiple else values[0] if len(values) == 1 else value
    try:
        cast = option.type_cast_value(context, given)
    except (click.BadParameter, TypeError):
        raise _wrong(file, key, f"“{key}”不能是“{value}”") from None
    try:
        if option.callback:
            option.callback(context, option, cast)
    except click.BadParameter as error:
        raise _wrong(file, key, error.message.rstrip("。")) from None
    return given


def _options(command: click.Command) -> dict[str, click.Parameter]:
    """Return the options of a command by their long names, without the dashes."""
    named = ((option, name) for option in command.params for name in option.opts if name.startswith("--"))
    return {name.removeprefix("--"): option for option, name in named}


def _named(command: click.Command, said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said, by the parameters of a command, or of each command of a group."""
    if isinstance(command, click.Group):
        return {name: _named(below, said) for name, below in command.commands.items()}
    return {str(option.name): said[key] for key, option in _options(command).items() if key in said}

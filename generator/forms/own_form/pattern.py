"""Names of files from a pattern with tags, as in {{班级}}/{{姓名}}."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Template
from jinja2 import TemplateError as JinjaError

from generator.dataset.missing import Missing, MissingValueError
from generator.dataset.plain import folded
from generator.errors import BaoxueError, Exit, near
from generator.forms.own_form.language import Language, Refused, or_empty, rendered
from generator.forms.own_form.tags import Reading

LACKING = "未填"
"""What stands in a name for a value that is empty."""
_MOST = 2_000


class PatternError(BaoxueError):
    """A pattern that no names can be made from."""

    exit_code = Exit.USAGE


@dataclass(slots=True)
class Pattern:
    """A pattern compiled once; ``of`` gives the parts of a path."""

    parts: tuple[Template, ...]
    names: dict[str, str]  # what stands for a name in the templates -> the name
    language: Language = field(repr=False)

    def of(self, values: Mapping[str, Any]) -> list[str]:
        """Return the names of folders and file about one record, as the pattern says and not yet safe."""
        by_name = {folded(name): value for name, value in values.items()}
        context = {key: _shown(by_name.get(folded(name)), name) for key, name in self.names.items()}
        try:
            self.language.begin()
            return [rendered(part, context, _MOST) for part in self.parts]
        except (Refused, MissingValueError, JinjaError, TypeError, ValueError) as error:
            raise PatternError(f"--name 的名称拼不出来：{error}") from None


def _shown(value: Any, name: str) -> Any:
    return LACKING if isinstance(value, Missing) or not isinstance(or_empty(value, name), type(value)) else value


def compile_pattern(text: str, known: Collection[str]) -> Pattern:
    """Return a pattern; raises ``PatternError`` where its tags are wrong, or name what is not ``known``."""
    language = Language(breaks=False)
    language.autoescape = False
    reading = Reading("--name", language, tuple(known))
    mended = reading.line(text, "properties")
    wrong = [f"{problem.what}：{problem.todo}" for problem in reading.problems]
    names = dict.fromkeys(name for tag in reading.tags for name in tag.names)
    there = {folded(name) for name in known}
    wrong += [f"数据里没有“{name}”{near(name, list(known))}" for name in names if folded(name) not in there]
    if wrong:
        raise PatternError("--name 写错了：" + "；".join(wrong))
    stands_for = {name: identifier for identifier, name in reading.identifiers.items()}
    pieces = (
        mended.replace("\\", "/").split("/") if "/" not in "".join(tag.expression for tag in reading.tags) else [mended]
    )
    templates = tuple(language.from_string(piece) for piece in pieces if piece.strip())
    if not templates:
        raise PatternError("--name 是空的：写成 {{班级}}-{{姓名}} 这样")
    return Pattern(templates, {stands_for.get(name, name): name for name in names}, language)

"""YAML files of our own (definitions, policies, styles), with the line of everything in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from generator.errors import Place, Problem, TemplateError, near
from generator.files import reason
from generator.remembered import Memory, digest, libraries, remembering


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a YAML file says, and where."""

    path: Path
    data: Any
    text: str = ""

    def line(self, trail: Sequence[int | str]) -> int:
        """Return the line (from 1) on which the part at ``trail`` stands, or the nearest part around it."""
        return [1, *(line for _, line in self._walk(trail))][-1]

    def name(self, trail: Sequence[int | str]) -> str:
        """Return what the part at ``trail`` is called: its key, or for an item the keys that lead to its list."""
        if trail and not re.fullmatch(r"\d+|bool|str|.*\[.*", last := str(trail[-1])):
            return last
        return ".".join(step for step, _ in self._walk(trail) if isinstance(step, str))

    def _walk(self, trail: Sequence[int | str]) -> Iterator[tuple[int | str, int]]:
        """Yield the steps of a trail that are there, with their lines."""
        here = _marked(self.text)
        for step in trail:
            try:
                position = here.lc.key(step) if isinstance(here, CommentedMap) else here.lc.item(step)
                here = here[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                continue  # pydantic puts names of union branches into its trail
            yield step, position[0] + 1


def read_yaml(path: Path, memory: Memory | None = None) -> YamlFile:
    """Return the contents of a YAML file, from ``memory`` where it is known; raises ``TemplateError`` where it is no
    YAML."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        data = (
            memory.recall(digest(libraries(), text), lambda: _plain(_marked(text))) if memory else _plain(_marked(text))
        )
        return YamlFile(path, data, text)
    except MarkedYAMLError as error:
        place = Place(path.name, line=min(_line(error), text.rstrip().count("\n") + 1))
        what = f"YAML 没有写对：{_in_chinese(error.problem or '')}"
        raise TemplateError([Problem(place, what, "请检查缩进、引号和冒号；以 {{ 开头的值要加引号")]) from None
    except UnicodeDecodeError:
        raise TemplateError([Problem(Place(path.name), "读不出来：不是 UTF-8 编码", "请另存为 UTF-8")]) from None
    except FileNotFoundError:
        raise TemplateError([Problem(Place(path.name), "读不出来：没有这个文件", "请检查文件")]) from None
    except OSError as error:
        raise TemplateError([Problem(Place(path.name), f"读不出来：{reason(error)}", "请检查文件")]) from None
    except (ValueError, YAMLError):
        raise TemplateError([Problem(Place(path.name), "读不出来：里面有不能用的字符", "请检查文件")]) from None


def read_our_yaml(path: Path) -> YamlFile:
    """Return the contents of a file of this program, which are remembered; raises as ``read_yaml`` does."""
    with remembering("yaml") as memory:
        return read_yaml(path, memory)


@lru_cache(maxsize=8)
def _marked(text: str) -> Any:
    """Return what YAML says with the line of everything in it: slow, and needed for what is wrong alone."""
    return YAML(typ="rt").load(text)


def _plain(marked: Any) -> Any:
    if isinstance(marked, dict):
        return {key: _plain(value) for key, value in marked.items()}
    return [_plain(value) for value in marked] if isinstance(marked, list) else marked


def _line(error: MarkedYAMLError) -> int:
    """Return the line of a mistake; of a bracket or quotation mark never closed, the line where it was opened."""
    opened = any(word in (error.context or "") for word in ("flow", "quoted"))
    mark = error.context_mark if opened and error.context_mark else error.problem_mark
    return mark.line + 1 if mark else 1


def _in_chinese(problem: str) -> str:
    return next((said for sign, said in SAID.items() if re.search(sign, problem)), "这里读不下去")


SAID = {
    r"found character '\\t'": "缩进里有制表符（Tab），只能用空格",
    "that cannot start any token": "值不能以 @、`、% 这样的符号开头，请加引号",
    "mapping values are not allowed": "这里不能有冒号，可能是缩进不对；文字里有“: ”的要加引号",
    "expected ',' or ']'": "方括号 [ 没有合上，或里面少了逗号",
    "expected ',' or '}'": "花括号 { 没有合上，或里面少了逗号",
    "unexpected end of stream": "引号没有合上",
    "found duplicate key": "同一个键写了两次",
    "expected <block end>": "缩进不对，或引号、括号后面还有文字",
    "could not find expected ':'": "缺少冒号",
    "expected the node content": "缺少值，或括号没有合上",
    "found undefined alias": "以 * 开头的值要加引号",
    "unknown escape": "双引号里的反斜杠 \\ 要写两个",
    "found another document": "一个文件里有几份内容（---）",
}
"""What users read of the mistakes in YAML that ruamel finds, by a sign of its sentence."""


@cache
def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model and all models derived from it know."""
    own = {info.alias or name for name, info in model.model_fields.items()}
    return sorted(own.union(*map(keys_of, model.__subclasses__())))


def explain(
    error: ValidationError,
    file: YamlFile,
    known: Iterable[str] = (),
    told: Callable[[tuple[int | str, ...]], bool] = lambda _: True,
) -> list[Problem]:
    """Return a validation error as problems: file and line, what was found, what would be right.

    Of what stands at trails that are not ``told``, nothing is said.
    """
    problems = (_explained(dict(found), file, list(known)) for found in error.errors() if told(found["loc"]))
    return list(dict.fromkeys(problems))


def _explained(found: dict[str, Any], file: YamlFile, known: list[str]) -> Problem:
    trail = found["loc"]
    place = Place(file.path.name, line=file.line(trail))
    key = file.name(trail)
    given = found.get("input")
    kind = found["type"]
    if kind == "invalid_key" or _unquoted(given):
        return Problem(place, "以 {{ 开头的值没有加引号", '请写成 "{{ … }}"')
    if kind == "extra_forbidden":
        return Problem(place, f"不认识的键“{key}”{near(key, known)}", "请改正或删去")
    if kind == "missing":
        return Problem(place, f"缺少“{key}”", "请补上")
    if kind == "literal_error":
        return Problem(place, f"“{key}”不能是“{given}”", f"请用 {found['ctx']['expected'].replace(' or ', '、')} 之一")
    if kind == "union_tag_not_found":
        names = list(given) if isinstance(given, dict) else [str(given)]
        return Problem(place, f"不认识的块“{'、'.join(map(str, names))}”{near(str(names[0]), known)}", "请改用已有的块")
    if kind == "value_error":
        return Problem(place, str(found["ctx"]["error"]), "请改正")
    return Problem(place, f"“{key}”不能是“{given}”", expected(found))


def expected(found: Mapping[str, Any]) -> str:
    """Return what one error of pydantic asks for."""
    bound = next(iter(found.get("ctx", {}).values()), "")
    return EXPECTED.get(found["type"], "请改正").format(bound)


def _unquoted(given: Any) -> bool:
    """Return whether a value is ``{{ … }}`` without quotes, which YAML takes for a mapping as a key of another."""
    return isinstance(given, Mapping) and any(isinstance(key, Mapping) for key in given)


EXPECTED = {
    "string_type": "请写成文字；数字要加引号",
    "int_type": "请写成整数", "int_parsing": "请写成整数", "int_from_float": "请写成整数",
    "float_type": "请写成数字", "float_parsing": "请写成数字",
    "bool_type": "请写成 true 或 false", "bool_parsing": "请写成 true 或 false",
    "list_type": "请写成列表，每项以“- ”开头", "model_type": "请写成“键: 值”", "dict_type": "请写成“键: 值”",
    "greater_than_equal": "请填不小于 {:g} 的数", "less_than_equal": "请填不大于 {:g} 的数",
    "greater_than": "请填大于 {:g} 的数",
    "string_pattern_mismatch": "请用小写字母、数字和连字符，以字母开头",
}  # fmt: skip
"""What the kinds of error of pydantic ask for."""

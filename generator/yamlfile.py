"""YAML files of our own (definitions, policies, styles), with the line of everything in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from generator.errors import Place, Problem, TemplateError, near


@dataclass(frozen=True, slots=True)
class YamlFile:
    """What a YAML file says, and where."""

    path: Path
    data: Any

    def line(self, trail: Sequence[int | str]) -> int:
        """Return the line (from 1) on which the part at ``trail`` stands, or the nearest part around it."""
        here, line = self.data, 1
        for step in trail:
            try:
                position = here.lc.key(step) if isinstance(here, CommentedMap) else here.lc.item(step)
                line, here = position[0] + 1, here[step]
            except (AttributeError, KeyError, IndexError, TypeError):
                continue  # pydantic puts names of union branches into its trail
        return line


def read_yaml(path: Path) -> YamlFile:
    """Return the contents of a YAML file; raises ``TemplateError`` where it is no YAML."""
    try:
        return YamlFile(path, YAML(typ="rt").load(path.read_text(encoding="utf-8")))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"YAML 没有写对：{error.problem}"
        raise TemplateError([Problem(Place(path.name, line=line), what, "请检查缩进、引号和冒号")]) from None
    except (OSError, ValueError, YAMLError) as error:
        raise TemplateError([Problem(Place(path.name), f"读不出来：{error}", "请检查文件")]) from None


@cache
def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys that a model and all models derived from it know."""
    own = {info.alias or name for name, info in model.model_fields.items()}
    return sorted(own.union(*map(keys_of, model.__subclasses__())))


def explain(error: ValidationError, file: YamlFile, known: Iterable[str] = ()) -> list[Problem]:
    """Return a validation error as problems: file and line, what was found, what would be right."""
    return [_explained(dict(found), file, list(known)) for found in error.errors()]


def _explained(found: dict[str, Any], file: YamlFile, known: list[str]) -> Problem:
    trail = found["loc"]
    place = Place(file.path.name, line=file.line(trail))
    key = str(trail[-1]) if trail else ""
    given = found.get("input")
    kind = found["type"]
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
    bound = next(iter(found.get("ctx", {}).values()), "")
    return Problem(place, f"“{key}”不能是“{given}”", EXPECTED.get(kind, "请改正").format(bound))


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

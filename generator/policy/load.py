"""Policy presets: where they lie, and how one is read and proved.

A preset is one YAML file under ``policies``, the user's project before the built-in ones. It may say ``based_on``
another and hold only what differs; lists are replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from generator.errors import Place, Problem, TemplateError, near
from generator.policy.model import Policy, Strict
from generator.resources import data_dir
from generator.yamlfile import YamlFile, explain, read_yaml

BASED_ON = "based_on"


def load_policy(preset: str, project: Path | None = None) -> Policy:
    """Return the policy of a preset; raises ``TemplateError`` with one problem for each thing wrong in it."""
    file = read_yaml(_find(preset, project))
    known = [BASED_ON, *sorted({name for model in Strict.__subclasses__() for name in model.model_fields})]
    try:
        said = _layered(file, project, [file.path])
        own_id = file.data.get("id", preset)  # never that of the preset it is based on
        return Policy.model_validate(said | {"id": own_id}, context={"preset": preset})
    except ValidationError as error:
        raise TemplateError(explain(error, file, known)) from None


def presets(project: Path | None = None) -> list[str]:
    """Return the names of the presets there are, the project's and the built-in ones."""
    return sorted({path.stem for folder in _folders(project) for path in folder.glob("*.yaml")})


def _folders(project: Path | None) -> list[Path]:
    return [root / "policies" for root in (project, data_dir()) if root]


def _find(preset: str, project: Path | None, seen: Sequence[Path] = ()) -> Path:
    """Return the file of a preset; those ``seen`` are passed over, so that none is based on itself."""
    known = presets(project)
    for folder in _folders(project) if preset in known else []:
        path = folder / f"{preset}.yaml"
        if path.is_file() and path not in seen:
            return path
    place = Place(seen[-1].name) if seen else Place("政策预设")
    if preset in known:
        raise TemplateError([Problem(place, f"“{preset}”绕了一圈又以自己为基础", f"请改 {BASED_ON}")])
    what = f"没有名为“{preset}”的预设{near(preset, known)}"
    raise TemplateError([Problem(place, what, f"现有 {'、'.join(known)}；自己的预设放在 policies 文件夹里")])


def _layered(file: YamlFile, project: Path | None, seen: list[Path]) -> dict[str, Any]:
    """Return what a file says, laid over what the preset says that it is based on."""
    if not isinstance(file.data, dict):
        raise TemplateError([Problem(Place(file.path.name), "不是一份政策预设", "请从 national.yaml 复制一份来改")])
    own = {key: value for key, value in file.data.items() if key != BASED_ON}
    if BASED_ON not in file.data:
        return own
    base = read_yaml(_find(str(file.data[BASED_ON]), project, seen))
    return _over(_layered(base, project, [*seen, base.path]), own)


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the entries of ``own`` in place of its own, mapping by mapping."""
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged

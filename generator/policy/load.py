"""Policy presets: where they lie, and how one is read and proved.

A preset is one YAML file under ``policies``, the user's project before the built-in ones. It may say ``based_on``
another and hold only what differs; lists are replaced as a whole. Words may name a value, as in
``满{return_notice.after_days}日``, and take it in. A dataset may override single values by their Chinese names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from generator.errors import DataError, Place, Problem, TemplateError, near
from generator.policy.coherence import contradictions
from generator.policy.model import Policy
from generator.policy.override import Override, overridden
from generator.policy.parts import Strict
from generator.policy.provenance import Layer, Provenance, Trail, at
from generator.resources import data_dir
from generator.yamlfile import YamlFile, explain, read_our_yaml, read_yaml

BASED_ON = "based_on"


@dataclass(frozen=True, slots=True)
class Composed:
    """A policy, and where each of its values comes from."""

    policy: Policy
    provenance: Provenance


def load_policy(preset: str, project: Path | None = None, overrides: Collection[Override] = ()) -> Policy:
    """Return the policy of a preset; raises as ``compose`` does."""
    return compose(preset, project, overrides).policy


def compose(preset: str, project: Path | None = None, overrides: Collection[Override] = ()) -> Composed:
    """Return the policy of a preset with a dataset's own values in it, and where each value comes from.

    Raises ``TemplateError`` with one problem for each thing wrong in the preset, ``DataError`` for the dataset's.
    """
    layers = _layers(_find(preset, project), project, ())
    file = layers[0].file
    said: dict[str, Any] = {}
    for layer in reversed(layers):
        said = _over(said, {key: value for key, value in layer.file.data.items() if key != BASED_ON})
    said["id"] = file.data.get("id", preset)  # never that of the preset it is based on
    try:
        policy = _proved(said, preset)
    except ValidationError as error:
        told = explain(error, file, _known(), lambda trail: not _takes_in(said, trail))
        raise TemplateError(told or explain(error, file, _known())) from None
    provenance = Provenance(layers, {})
    if wrong := contradictions(policy, provenance):
        raise TemplateError(wrong)
    if not overrides:
        return Composed(policy, provenance)
    changed, cells = overridden(policy, said, overrides, lambda data: _proved(data, preset))
    provenance = Provenance(layers, cells)
    if wrong := contradictions(changed, provenance):
        raise DataError(wrong)
    return Composed(changed, provenance)


def presets(project: Path | None = None) -> list[str]:
    """Return the names of the presets there are, the project's and the built-in ones."""
    return sorted({path.stem for folder in _folders(project) for path in folder.glob("*.yaml")})


def _proved(said: Mapping[str, Any], preset: str) -> Policy:
    return Policy.model_validate(_filled(said, said), context={"preset": preset})


def _known() -> list[str]:
    """Return every key of presets, of which a mistyped one may be meant."""
    return [BASED_ON, *sorted({name for model in Strict.__subclasses__() for name in model.model_fields})]


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


def _layers(path: Path, project: Path | None, seen: tuple[Path, ...]) -> tuple[Layer, ...]:
    """Return a preset's file and those that it is based on, the nearest first."""
    file: YamlFile = read_our_yaml(path) if path.is_relative_to(data_dir()) else read_yaml(path)
    if not isinstance(file.data, dict):
        raise TemplateError([Problem(Place(file.path.name), "不是一份政策预设", "请从 national.yaml 复制一份来改")])
    if BASED_ON not in file.data:
        return (Layer(file),)
    seen = (*seen, path)
    return (Layer(file), *_layers(_find(str(file.data[BASED_ON]), project, seen), project, seen))


def _over(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with the entries of ``own`` in place of its own, mapping by mapping."""
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        merged[key] = _over(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


_REFERENCE = re.compile(r"(?<!\{)\{([a-z_]+(?:\.[a-z_0-9-]+)*)\}(?!\})")


def _filled(part: Any, whole: Mapping[str, Any]) -> Any:
    """Return a part of a preset with every value that it names put in place of the name."""
    if isinstance(part, Mapping):
        return {key: _filled(value, whole) for key, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, whole) for value in part]
    return _REFERENCE.sub(lambda found: _named(found, whole), part) if isinstance(part, str) else part


def _takes_in(said: Mapping[str, Any], trail: Trail) -> bool:
    """Return whether the words at ``trail`` name another value, whose own mistake is enough to tell."""
    try:
        words = at(said, trail)
    except (LookupError, TypeError):
        return False
    return isinstance(words, str) and bool(_REFERENCE.search(words))


def _named(found: re.Match[str], whole: Mapping[str, Any]) -> str:
    """Return the value that a reference names; what names nothing stays as it is written."""
    try:
        value = at(whole, tuple(found[1].split(".")))
    except (LookupError, TypeError):
        return found[0]
    return found[0] if isinstance(value, Mapping | list) else str(value)

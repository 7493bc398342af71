"""Which policy a dataset is under: the preset its settings name, with the values it gives itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.dataset.missing import Missing
from generator.dataset.models import Dataset, header_of
from generator.errors import DataError, Problem, TemplateError, near
from generator.policy.load import Composed, compose, presets
from generator.policy.model import Policy
from generator.policy.override import Override, overrides_of

DEFAULT_POLICY = "national"


def composed(dataset: Dataset, project: Path | None) -> Composed:
    """Return the policy of a dataset, and where each of its values comes from.

    Raises ``DataError`` where the dataset names a preset or a value that there is none of, ``TemplateError`` where the
    preset is wrong.
    """
    name, known = dataset.settings.policy or DEFAULT_POLICY, presets(project)
    if name not in known:
        what = f"没有名为“{name}”的政策预设{near(name, known)}"
        raise DataError([Problem(dataset.settings.where("policy"), what, f"可用的有：{'、'.join(known)}")])
    return compose(name, project, own_values(dataset))


def own_values(dataset: Dataset) -> list[Override]:
    """Return the values that a dataset gives itself; raises ``DataError`` where a cell of them is empty or wrong.

    Every paper would rest on them, so that none can be made without.
    """
    if wrong := list(_unfilled(dataset)):
        raise DataError(wrong)
    return overrides_of(dataset)


def wrong_policy(dataset: Dataset, project: Path | None) -> list[Problem]:
    """Return what is wrong with a dataset's choice of policy and with its own values, but for what has been told."""
    if isinstance(dataset.settings.policy, Missing):
        return []
    try:
        policy = composed(dataset, project).policy
    except DataError as error:
        told = set(_unfilled(dataset))
        return [problem for problem in error.problems if problem not in told]
    except TemplateError:  # no fault of the dataset's
        return []
    if policy.reference_only:
        what = f"预设“{policy.id}”仅供对照，文书会照那份公开材料的规定印"
        return [Problem(dataset.settings.where("policy"), what, "正式使用请改用 national 或本地的预设", "warning")]
    return []


def known_policy(dataset: Dataset, project: Path | None) -> Policy | None:
    """Return the policy of a dataset, or nothing where that cannot be told; why is told elsewhere."""
    if isinstance(dataset.settings.policy, Missing):
        return None
    try:
        return composed(dataset, project).policy
    except (DataError, TemplateError):
        return None


def _unfilled(dataset: Dataset) -> Iterator[Problem]:
    """Yield the cells of a dataset's own values that are empty or wrong, which its checks have told."""
    for row in dataset.policy_values:
        for attribute in ("name", "value"):
            given = getattr(row, attribute)
            if given is None or isinstance(given, Missing):
                what = f"“{header_of(type(row), attribute)}”没有填好"
                yield Problem(row.where(attribute), what, "请填写，或删去这一行")

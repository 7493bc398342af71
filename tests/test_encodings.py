"""Text is read and written in an encoding that is named: on Chinese Windows the one not named is GBK."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def opened(tree: ast.AST) -> Iterator[tuple[int, bool]]:
    """Yield the lines that open a file as text, and whether they name the encoding."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        named = any(keyword.arg in ("encoding", "force_zip64") for keyword in node.keywords)  # a part of a zip is bytes
        match name:
            case "read_text":
                yield node.lineno, named or bool(node.args)
            case "write_text":
                yield node.lineno, named or len(node.args) > 1
            case "open" if texts and not any("b" in text for text in texts[-1:]) and set(texts[-1]) <= set("rwxat+"):
                yield node.lineno, named


def test_every_text_file_has_its_encoding_named() -> None:
    found, unnamed = 0, []
    for path in sorted((ROOT / "generator").rglob("*.py")):
        for line, named in opened(ast.parse(path.read_text("utf-8"))):
            found += 1
            if not named:
                unnamed.append(f"{path.relative_to(ROOT)}:{line}")
    assert found > 10
    assert unnamed == []

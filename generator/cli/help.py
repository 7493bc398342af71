"""How help looks: commands by what one does with them, lines as long as they look, examples at the end."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from generator.cli.stopping import LastWord

EXAMPLE = "例："
_CLOSING = "，。；：、！？）》”’」】…,.;:!?)]}"
"""What no line begins with."""


def examples(*lines: str) -> str:
    """Return the end of a command's help: how it is typed, ``baoxue`` left out."""
    return "\n".join(["\b", EXAMPLE, *(f"  baoxue {line}" for line in lines)])


class Front(LastWord):
    """The commands as a person meets them first: under headings, each command in the order in which it is used."""

    def __init__(self, *args: object, sections: Mapping[str, Sequence[click.Command]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.sections = sections
        for command in (command for commands in sections.values() for command in commands):
            self.add_command(command)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each heading with its commands."""
        width = max(map(len, self.commands))
        for heading, commands in self.sections.items():
            with formatter.section(heading):
                formatter.write_dl(
                    [(f"{command.name:<{width}}", command.get_short_help_str(200)) for command in commands]
                )


class Help(click.HelpFormatter):
    """Lines folded by how wide they look; a Chinese character takes the room of two letters."""

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{' ' * self.current_indent}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs: those after a line ``\\b`` as they are, the others folded."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            first, _, rest = paragraph.partition("\n")
            lines = rest.split("\n") if first == "\b" else folded(_joined(paragraph), self.width - len(indent))
            paragraphs.append("".join(f"{indent}{line}\n" for line in lines))
        self.write("\n".join(paragraphs))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms and, beside them, what they mean."""
        rows = list(rows)
        indent = " " * self.current_indent
        column = min(max((wide(term) for term, _ in rows), default=0), col_max) + col_spacing
        for term, meaning in rows:
            lines = folded(meaning, max(self.width - self.current_indent - column, 20))
            gap = " " * (column - wide(term))
            if wide(term) + col_spacing > column:
                self.write(f"{indent}{term}\n")
                gap = indent + " " * column
                term = ""
            else:
                term = indent + term
            self.write(f"{term}{gap}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * column}{line}\n")


def wide(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def folded(text: str, width: int) -> list[str]:
    """Return a text in lines no wider than ``width``, but for words that are; at least one line."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and wide(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """Yield what is not divided: a word, a Chinese character, with the signs that end it and the space after."""
    closing = re.escape(_CLOSING)
    return (found[0] for found in re.finditer(rf"(?:[\x21-\x7e]+|[（《“‘「【]*[^\x20-\x7e])[{closing}]*\s*|\s+", text))


def _joined(paragraph: str) -> str:
    """Return the lines of a paragraph as one; between Chinese characters there is no space."""
    return re.sub(r"(?<=[^\x00-\x7f])\n\s*(?=[^\x00-\x7f])", "", paragraph).replace("\n", " ")

"""Hamlets, households and the children and young people in them; numbers that other offices counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from make_sample import Book, Town


def write(book: Book, towns: list[Town]) -> None:
    """Write the rows of the sample."""

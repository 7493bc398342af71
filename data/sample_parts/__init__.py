"""What the sample has beside schools, staff, students and cases, a module for each part of the work.

Each part draws from a random source of its own, so that a row more in one changes nothing in another.
"""

from __future__ import annotations

from sample_parts import aid, care, checks, doings, people, plans, register, towns

PARTS = (towns, people, register, care, aid, plans, checks, doings)

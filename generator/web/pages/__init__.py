"""The parts of the page, one module each."""

from __future__ import annotations

from datetime import date

from flask import make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from generator.dataset.columns import parse_date
from generator.web.desk import Known

Shown = str | tuple[str, int] | Answer
"""What a page answers: itself, itself with a status, or anything else."""


def waiting(known: Known | None) -> str | Answer | None:
    """Return the page that is shown while nothing can be worked out from the dataset: it is being read, or unusable."""
    if known and known.gathered:
        return None
    if request.headers.get("HX-Request"):  # a part was asked for, and there is none
        answer = make_response("")
        answer.headers["HX-Redirect"] = request.full_path
        return answer
    return render_template("unready.html", known=known) if known else render_template("reading.html")


def day(text: str) -> date | None:
    """Return the day that somebody wrote, nothing where the field is empty; raises ValueError with a sentence."""
    try:
        return parse_date(text.strip()) if text.strip() else None
    except ValueError as error:
        raise ValueError(f"“{text[:20]}”不是日期：{error}。") from None

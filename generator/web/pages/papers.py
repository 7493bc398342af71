"""TODO."""

from __future__ import annotations

from flask import Blueprint, render_template

pages = Blueprint("papers", __name__)


@pages.get("/papers")
def index() -> str:
    """Show the part."""
    return render_template("base.html")

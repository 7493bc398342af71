"""The data: drop in a workbook or roster, see what is new and what is wrong, take the annotated copy."""

from __future__ import annotations

from flask import Blueprint, render_template

pages = Blueprint("data", __name__)


@pages.get("/")
def index() -> str:
    """Show the part."""
    return render_template("base.html")


@pages.get("/help")
def help_() -> str:
    """Show how the page is used."""
    return render_template("base.html")

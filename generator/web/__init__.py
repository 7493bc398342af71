"""The local page: the same work as on the command line, in a browser on this machine alone.

``guard`` decides whom to answer, ``desk`` knows the project and its dataset, ``drops`` holds what was dropped in,
``press`` runs what is being made, and each module of ``pages`` is a part of the page. Nothing here knows how a paper is
made. See docs/page.md.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask import Flask

from generator import __version__
from generator.web import guard
from generator.web.desk import Desk
from generator.web.drops import Drops
from generator.web.pages import data, dossiers, due, notices, papers
from generator.web.press import Press
from generator.web.words import here

MOST_UPLOAD = 64 << 20
"""Bytes of one upload; the workbook of a county of 50,000 children has 15 MB."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the page is about and who may open it."""

    project: Path
    data: Path | None = None
    out: Path = Path("output")
    today: date | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))


def create(site: Site) -> Flask:
    """Return the page of a project as a WSGI application."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.update(MAX_CONTENT_LENGTH=MOST_UPLOAD, MAX_FORM_MEMORY_SIZE=1 << 20, MAX_FORM_PARTS=5000)
    app.jinja_env.finalize = here
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["desk"] = Desk(site.project, site.data, site.out, site.today)
    app.extensions["press"] = Press(app.extensions["desk"].out)
    app.extensions["drops"] = Drops()
    app.jinja_env.globals |= {"version": __version__, "desk": app.extensions["desk"]}
    guard.install(app, site.token)
    for pages in (data, due, papers, notices, dossiers):
        app.register_blueprint(pages.pages)
    return app

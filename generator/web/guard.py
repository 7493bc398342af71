"""Who is answered: the browser that was opened with this run's token, on this machine, asking from our own page.

Everybody else gets a sentence. The token comes once, in the address that ``serve`` opens, and then lives in a cookie
that no script can read and no other site can have sent.
"""

from __future__ import annotations

import hmac
import re

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as Answer

from generator import faults
from generator.errors import BaoxueError
from generator.web.desk import clock, desk

HOSTS = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
OURS = ("/static/", "/fonts/")
"""Where what is the same for everybody lies; the browser may keep it."""
STALE = "这一页是以前打开的，程序后来重新启动过。请关掉它，用新打开的那一页；或再双击一次启动保学。"


def install(app: Flask, token: str) -> None:
    """Let ``app`` answer nobody but the browser that has the token, and tell whatever goes wrong as a sentence."""

    @app.before_request
    def refuse() -> Answer | tuple[str, int] | None:
        if not HOSTS.fullmatch(request.host):
            return _told("只能从这台电脑自己打开。", 403)
        if not _from_here():
            return _told("这个请求来自别的网页，没有理它。", 403)
        if request.path.startswith(OURS):  # a refusal too is to be read
            return None
        given = request.args.get("t")
        if given is not None and request.method == "GET":
            if not hmac.compare_digest(given.encode(), token.encode()):
                return _told(STALE, 403)
            answer = redirect(request.path)
            answer.set_cookie(_cookie(), token, httponly=True, samesite="Strict", path="/")
            return answer
        if not hmac.compare_digest(request.cookies.get(_cookie(), "").encode(), token.encode()):
            return _told(STALE, 403)
        return None

    @app.after_request
    def harden(answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if not request.path.startswith(OURS):
            answer.headers["Cache-Control"] = "no-store"  # no child is left in a browser's cache
        return answer

    @app.errorhandler(BaoxueError)
    def expected(error: BaoxueError) -> tuple[str, int]:
        return _told(str(error), 422)

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(_: RequestEntityTooLarge) -> tuple[str, int]:
        return _told("文件太大了，没有收。名册和数据表一般不到 20 MB；确认没有拿错文件。", 413)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> tuple[str, int]:
        sentences = {
            404: "没有这一页，也可能文件已经不在了。",
            405: "不能这样打开。",
            400: "请求不完整，请从页面上再点一次。",
        }
        return _told(sentences.get(error.code or 0, "没有做成，请回到上一页再试。"), error.code or 500)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[str, int]:
        log = faults.record([faults.trace(error)], clock(), desk().project)
        todo = f"请再试一次；还不行，把 {log} 发给维护人员（里面没有孩子和家长的信息）。" if log else "请再试一次。"
        return _told(f"{faults.told(error)}，没有做成。{todo}", 500)


def _cookie() -> str:
    """Return the name of our cookie: cookies know no ports, and two projects may be open at once."""
    return f"baoxue-{request.host.rpartition(':')[2]}"


def _from_here() -> bool:
    """Return whether a request comes from our own page, or from the address line."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin == request.host_url.rstrip("/")
    site = request.headers.get("Sec-Fetch-Site", "none")
    return site in ("same-origin", "none") if request.method in ("GET", "HEAD") else site == "same-origin"


def _told(sentence: str, status: int) -> tuple[str, int]:
    """Return a sentence as a page, or as a part of one for a page that asks for parts."""
    name = "part_told.html" if request.headers.get("HX-Request") else "told.html"
    return render_template(name, sentences=sentence.splitlines()), status

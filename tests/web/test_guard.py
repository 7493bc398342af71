from __future__ import annotations

import pytest

from generator.errors import BaoxueError
from generator.faults import LOG
from tests.small import Project
from tests.web.page import FROM_PAGE, ORIGIN, TOKEN, page_of, text


def test_the_token_comes_once_in_the_address_and_then_in_a_cookie_no_script_can_read(project: Project) -> None:
    page = page_of(project)
    answer = page.app.test_client().get(f"/?t={TOKEN}", base_url=ORIGIN)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert page.get("/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/?t=wrong", "/data/annotated", "/papers", "/nothing"])
def test_who_lacks_the_token_gets_a_sentence_and_nothing_else(project: Project, path: str) -> None:
    answer = page_of(project).app.test_client().get(path, base_url=ORIGIN, buffered=True)
    assert answer.status_code == 403
    assert "以前打开的" in text(answer)
    assert "小满" not in text(answer)


def test_each_start_has_a_token_of_its_own_that_cannot_be_guessed() -> None:
    from pathlib import Path

    from generator.web import Site

    one, other = Site(Path()).token, Site(Path()).token
    assert one != other
    assert len(one) >= 40


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.7:8765", "[::1]:8765"])
def test_a_name_that_somebody_else_gave_this_machine_is_not_answered(project: Project, host: str) -> None:
    page = page_of(project)
    answer = page.client.get("/", base_url=f"http://{host}", headers={"Cookie": f"baoxue-8765={TOKEN}"})
    assert answer.status_code == 403
    assert "这台电脑" in text(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://127.0.0.1:9999", "Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:8765"},
        {"Sec-Fetch-Site": "cross-site"},
        {},
    ],
)
def test_a_change_that_another_page_asks_for_is_refused(project: Project, headers: dict[str, str]) -> None:
    page = page_of(project)
    before = (project.folder / "数据.xlsx").read_bytes()
    answer = page.post("/data/undo", headers=headers)
    assert answer.status_code == 403
    assert "别的网页" in text(answer)
    assert (project.folder / "数据.xlsx").read_bytes() == before


def test_a_link_on_another_page_does_not_open_ours(project: Project) -> None:
    assert page_of(project).get("/", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_every_answer_forbids_scripts_and_frames_of_others_and_is_kept_nowhere(project: Project) -> None:
    page = page_of(project)
    for answer in (page.get("/"), page.get("/nothing"), page.get("/static/page.css"), page.get("/?t=wrong")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/", "/nothing", "/?t=wrong", "/data/file"):
        assert page.get(path).headers["Cache-Control"] == "no-store"


def test_no_page_names_an_address_outside_this_machine(project: Project) -> None:
    page = page_of(project)
    for path in ("/", "/help", "/due", "/papers", "/notices"):
        found = page.get(path).get_data(as_text=True)
        assert "http:" not in found
        assert "https:" not in found
        assert "//" not in found.replace("<!--", "")


def test_a_page_that_is_not_there_is_told_in_a_sentence(project: Project) -> None:
    answer = page_of(project).get("/data/../../etc/passwd")
    assert answer.status_code == 404
    assert "没有这一页" in text(answer)


def test_what_takes_too_much_room_is_refused_in_a_sentence(project: Project) -> None:
    page = page_of(project)
    page.app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = page.drop(b"x" * 2000, "名册.xlsx")
    assert answer.status_code == 413
    assert "太大" in text(answer)


def test_what_goes_wrong_within_is_told_without_what_it_says_of_a_child(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(project)

    def fail(_: object) -> None:
        raise ValueError("invalid: '石小满 110101200001011234'")

    monkeypatch.setattr("generator.web.pages.data.by_sheet", fail)
    page.app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = page.get("/")
    assert answer.status_code == 500
    assert "程序出错" in text(answer)
    log = (project.folder / LOG).read_text("utf-8")
    assert "小满" not in text(answer) + log
    assert "ValueError" in log
    assert "test_guard.py" in log


def test_an_expected_failure_is_told_as_it_is_and_escaped(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_of(project)

    def fail(_: object) -> None:
        raise BaoxueError("<script>alert(1)</script>不行")

    monkeypatch.setattr("generator.web.pages.data.by_sheet", fail)
    answer = page.get("/")
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.get_data(as_text=True)


def test_a_part_of_a_page_is_told_as_a_part(project: Project) -> None:
    answer = page_of(project).post("/data/begin", headers=FROM_PAGE | {"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<html" not in answer.get_data(as_text=True)

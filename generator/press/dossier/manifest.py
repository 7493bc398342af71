"""The manifest of a dossier, and what a check of it finds: which paper is changed, missing or added."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator import __version__
from generator.errors import BaoxueError
from generator.press.dossier.signature import UNPROVED, source_of
from generator.press.folder import LOCK, sha256

if TYPE_CHECKING:
    from generator.forms.dossier import Dossier

NAME, BOOK, BOXES, INDEX, HANDOVER = "清单.json", "档案.pdf", "分盒文件", "目录.xlsx", "移交单"
"""What lies in the folder of a dossier: manifest, the whole, the papers one by one, index, hand-over sheet."""
FORM = 1
OF_SYSTEM = ("thumbs.db", "desktop.ini", ".ds_store")
"""What Windows and macOS put into a folder that somebody opens."""
PACKED = (".zip", ".rar", ".7z")
SHORTEST = 16
"""Hex digits of a digest that are enough to hold a dossier against it."""

CONSISTENT = f"内部一致，{UNPROVED}"
AS_HANDED_OVER = "内部一致，与移交单的校验码一致"


class NoDossierError(BaoxueError):
    """There is no dossier to check, or its manifest cannot be read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check came to: a sentence, and everything that is not as it was handed over."""

    says: str
    found: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.found


def manifest_of(
    dossier: Dossier, fronts: Mapping[str, range], files: Mapping[str, bytes], paths: Mapping[int, str],
    made_of: Mapping[str, str], pages: list[str], *, named: bool,
) -> bytes:  # fmt: skip
    """Return the manifest: ``files`` by their paths in the folder, ``paths`` of papers by their numbers, ``pages`` the
    digests of the pages of the whole. Whose a paper is stands in it where that may be ``named``: it is never locked."""
    papers = [
        {
            "number": paper.number, "box": paper.box, "title": paper.title, "whose": paper.whose if named else "",
            "first": paper.page, "last": paper.last, "state": paper.state, "file": paths.get(paper.number, ""),
        }
        for paper in dossier.papers
    ]  # fmt: skip
    told = {
        "form": FORM, "number": dossier.no, "unit": dossier.unit, "made_on": dossier.made_on.isoformat(),
        "receiver": dossier.receiver, "program": f"保学 {__version__}", "made_of": dict(made_of),
        "files": {path: sha256(data) for path, data in files.items()},
        "fronts": [{"title": title, "first": span.start, "last": span.stop - 1} for title, span in fronts.items()],
        "papers": papers, "pages": pages,
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def is_kept(path: Path) -> bool:
    """Return whether what lies in a folder is a file that somebody put there."""
    return path.is_file() and path.name.lower() not in OF_SYSTEM and not path.name.startswith("._")


# --- the check ------------------------------------------------------------------------------------------------------


def verify(path: Path, digest: str = "", password: str = "", trusted: Sequence[Any] = ()) -> Verdict:
    """Return what became of a dossier since it was made; ``digest`` is the one on its hand-over sheet, ``trusted`` the
    root certificates against which its signatures are held.

    Raises ``NoDossierError`` where there is nothing to check.
    """
    folder = _folder(path)
    data = _found(folder)
    manifest = _told(data, folder)
    replaced: list[str] = []
    wanted = "".join(digest.split()).replace("-", "").casefold()
    if wanted:
        if len(wanted) < SHORTEST or any(letter not in "0123456789abcdef" for letter in wanted):
            raise NoDossierError(f"“{digest}”不是移交单上的校验码：至少照抄前 {SHORTEST} 位，只有 0 到 9、a 到 f")
        if not sha256(data).startswith(wanted):
            replaced.append(f"{NAME}：与移交单的校验码不一致，清单（连同它记的文件）被换过")
    changed = list(_changes(folder, manifest, password))
    source = source_of(folder / f"{HANDOVER}.pdf", sha256(data), trusted)
    replaced += source.another
    if found := (*replaced, *changed, *source.found):
        says = "与清单不一致" if changed else "与移交单不一致" if replaced else "签名证明不了来源"
        return Verdict(says, found)
    if not wanted:
        return Verdict(f"内部一致，{source.says}")
    return Verdict(AS_HANDED_OVER if source.says == UNPROVED else f"{AS_HANDED_OVER}，{source.says}")


def _folder(path: Path) -> Path:
    """Return the folder that is meant by itself or by a file in it; raises ``NoDossierError`` where it is no folder."""
    if path.is_dir():
        return path
    if not path.exists():
        raise NoDossierError(f"没有“{path}”，请查路径写得对不对，指明迎检档案的文件夹")
    if path.suffix.lower() in PACKED:
        raise NoDossierError(f"{path.name} 是压缩包，先解压，再指明解压出来的文件夹")
    return path.parent


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a dossier; raises ``NoDossierError`` where there is none that can be read."""
    return _told(_found(folder), folder)


def _found(folder: Path) -> bytes:
    try:
        return (folder / NAME).read_bytes()
    except OSError:
        raise NoDossierError(f"{folder} 里没有 {NAME}，核对不了；请指明迎检档案的文件夹") from None


def _told(data: bytes, folder: Path) -> dict[str, Any]:
    try:
        found = json.loads(data)
        if found["form"] > FORM:
            raise NoDossierError(f"{folder / NAME} 是更新的保学做的，请用新版本核对")
        if not all(isinstance(found[key], dict) for key in ("files", "made_of")):
            raise ValueError
        if not all(isinstance(found[key], list) for key in ("papers", "pages", "fronts")):
            raise ValueError
        for one in (*found["papers"], *found["fronts"]):
            int(one["first"]), int(one["last"]), str(one["title"])
        for name in found["files"]:
            if Path(name).is_absolute() or ".." in Path(name).parts:
                raise ValueError
    except (ValueError, KeyError, TypeError):
        raise NoDossierError(f"{folder / NAME} 损坏了，或不是保学的清单，核对不了") from None
    return dict(found)


def _changes(folder: Path, manifest: Mapping[str, Any], password: str) -> Iterator[str]:
    """Yield what differs between the files that are there and those of the manifest."""
    titles = {paper.get("file"): _called(paper) for paper in manifest["papers"]}
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if is_kept(path)}
    for name, digest in manifest["files"].items():
        said = f"{name}（{titles[name]}）" if name in titles else name
        if name not in there:
            yield f"{said}：缺少"
        elif sha256(there[name].read_bytes()) != digest:
            changed = list(_changed_pages(there[name], manifest, password)) if name == BOOK else []
            yield from changed or [f"{said}：有改动"]
    own = {NAME, LOCK, *manifest["files"]}
    for name in there:
        beside = name.startswith(HANDOVER) and "/" not in name  # signed ones are put there
        if name not in own and not beside:
            yield f"{name}：清单里没有，是后来放进来的"


def _changed_pages(book: Path, manifest: Mapping[str, Any], password: str) -> Iterator[str]:
    """Yield which papers of the whole are changed, lack pages or have more; nothing where its pages show the same."""
    import pikepdf

    try:
        now = page_digests(book, password)
    except pikepdf.PasswordError:
        yield f"{BOOK}：有改动；要知道是哪一页，请加 --password-file"
        return
    except (pikepdf.PdfError, OSError, ValueError):
        yield f"{BOOK}：有改动，已经打不开"
        return
    before = manifest["pages"]
    for kind, first, last, at, end in difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind == "insert":
            yield f"{BOOK}：第 {at + 1} 页起多出 {end - at} 页"
        elif kind != "equal":
            for one in (*manifest["fronts"], *manifest["papers"]):
                pages = [page for page in range(first + 1, last + 1) if one["first"] <= page <= one["last"]]
                if pages:
                    told = "缺少" if kind == "delete" else "有改动"
                    yield f"{BOOK}：{_called(one)}第 {_spans(pages)} 页{told}"


def _called(paper: Mapping[str, Any]) -> str:
    return f"《{' '.join(filter(None, (paper['title'], paper.get('whose', ''))))}》"


def _spans(pages: list[int]) -> str:
    return f"{pages[0]}" if len(pages) == 1 else f"{pages[0]}—{pages[-1]}"


# --- what a page shows ----------------------------------------------------------------------------------------------


def page_digests(file: Path | bytes, password: str = "") -> list[str]:
    """Return a digest of what each page of a PDF shows: its content, and all that this draws with; links too."""
    import pikepdf

    with pikepdf.open(BytesIO(file) if isinstance(file, bytes) else file, password=password) as pdf:
        numbers = {page.obj.objgen: at for at, page in enumerate(pdf.pages)}
        reader = _Reader(numbers)
        return [reader.page(page.obj) for page in pdf.pages]


@dataclass(slots=True)
class _Reader:
    """Digests objects of a PDF, each once; pages that links lead to by their numbers."""

    numbers: Mapping[tuple[int, int], int]
    known: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def page(self, page: Any) -> str:
        parts = [self.of(page.get(name)) for name in ("/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Annots")]
        contents = page.get("/Contents")
        streams = list(contents) if _is_array(contents) else [contents]
        parts.append(b"".join(stream.read_bytes() for stream in streams if stream is not None))
        return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]

    def of(self, value: Any, depth: int = 0) -> bytes:
        """Return what stands for a value; of an object that is shared, it is found out once."""
        if depth > 50:
            raise ValueError("nested too deeply")
        key = getattr(value, "objgen", (0, 0))
        if key != (0, 0) and key in self.numbers:
            return b"page %d" % self.numbers[key]
        if key == (0, 0):
            return self._of(value, depth)
        if key not in self.known:
            self.known[key] = b"..."  # an object that refers to itself
            self.known[key] = hashlib.sha256(self._of(value, depth)).digest()
        return self.known[key]

    def _of(self, value: Any, depth: int) -> bytes:
        import pikepdf

        if isinstance(value, pikepdf.Stream):
            said = {name: part for name, part in value.items() if name not in ("/Length", "/Filter", "/DecodeParms")}
            try:
                data = value.read_bytes()
            except pikepdf.PdfError:
                data = value.read_raw_bytes()  # a photograph
            return b"stream" + self._named(said, depth) + hashlib.sha256(data).digest()
        if isinstance(value, pikepdf.Dictionary):
            return self._named({name: part for name, part in value.items() if name not in ("/Parent", "/P")}, depth)
        if _is_array(value):
            return b"[" + b",".join(self.of(part, depth + 1) for part in value) + b"]"
        return repr(value).encode()

    def _named(self, parts: Mapping[str, Any], depth: int) -> bytes:
        return b"<" + b",".join(name.encode() + b"=" + self.of(parts[name], depth + 1) for name in sorted(parts)) + b">"


def _is_array(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Array)

"""Finds the tags typed into a form, understands what was typed with a Chinese input method, and says what is wrong.

A tag may be split over runs; it is written back whole, as docxtpl wants it, where its first character stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.sax.saxutils import escape

from jinja2 import TemplateSyntaxError, nodes
from lxml import etree

from generator.dataset.plain import folded
from generator.errors import Place, Problem, near
from generator.forms.own_form.language import DEEPEST, Speech

Kind = Literal["value", "loop", "condition", "end", "comment", "cell", "rich"]
Trail = tuple[str, ...]
"""Names of the data, each below the one before."""
Part = Literal["body", "header", "footer", "footnote", "properties", "other"]

CHINESE_PARTS: dict[Part, str] = {
    "body": "正文", "header": "页眉", "footer": "页脚", "footnote": "脚注", "properties": "文档属性",
    "other": "别处",
}  # fmt: skip
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_HOLDERS = {f"{W}{name}" for name in ("tc", "txbxContent", "body", "hdr", "ftr", "footnote")}
_ANCHORS = {"": "t", "r": "r", "p": "p", "tr": "tr", "tc": "tc"}

_WIDE = str.maketrans("｛｝％＃", "{}%#")
_OPEN = re.compile(r"\{\s*\{|\{[%#]")
_STRAY = re.compile(r"\}\s*\}|[%#]\}")
_SINGLE = re.compile(r"\{([^{}%#\n]{1,30})\}")
_CLOSES = {"{": re.compile(r"\}\s*\}"), "%": re.compile(r"%\}"), "#": re.compile(r"#\}")}
_QUOTES = {"“": '”“"', "”": '”“"', "‘": "’‘'", "’": "’‘'", '"': '"', "'": "'", "＂": '＂"', "＇": "＇'"}
_SIGNS = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {"\u3000": " ", "\xa0": " ", "。": ".", "【": "[", "】": "]", "《": "<", "》": ">", "\u200b": "", "\ufeff": ""}
)
_PREFIX = re.compile(r"\s*(tr|tc|p|r)\s+(?=\S)")
_WORDS = ("for", "endfor", "if", "elif", "else", "endif", "colspan", "cellbg", "vm", "hm")
_HEAD = re.compile(r"\{[{%#]-?(?:(?:tr|tc|p|r)(?= ))?")
_CJK = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_NAME = re.compile(rf"(?<![\w.])[\w·、]*[{_CJK}][\w·、]*(?:\([^()\"',|]*\)[\w·、]*)*")
_LOOP_NAMES = {"loop"}


@dataclass(frozen=True, slots=True)
class Spot(Place):
    """Where in a form something stands: file, part (``sheet``) and the paragraph's text (``cell``)."""

    def __str__(self) -> str:
        text = f"{self.cell[:40]}…" if len(self.cell) > 40 else self.cell
        return f"{self.file} {self.sheet}“{text}”"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag: what it says, what it does, the text of its paragraph, the part that it stands in, and the names of the
    data that it asks for; ``inside`` are those below a name, through loops: 关系 of ``人`` in 家庭 is (家庭, 关系)."""

    expression: str
    kind: Kind
    place: str
    part: Part
    names: tuple[str, ...] = ()
    paragraph: int = 0  # of its part, counted from 0
    inside: tuple[Trail, ...] = ()


@dataclass(frozen=True, slots=True)
class Mended:
    """A tag typed in full-width signs, and what it was understood as."""

    found: str
    understood: str
    place: str

    def __str__(self) -> str:
        return f"“{self.found}”按 {self.understood} 理解"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tag in the text of a paragraph: from where to where, the sign after its first brace, and what is inside."""

    start: int
    end: int
    sign: str
    inner: str


@dataclass(slots=True)
class _Opened:
    """A for or if that waits for its end."""

    word: str
    problem_place: Place
    shown: str
    path: tuple[Any, ...]
    prefix: str
    targets: dict[str, Trail | None]  # what each name of the loop stands for, where that can be said


@dataclass(slots=True)
class Reading:
    """What is found in a form: tags, what was mended, what is wrong, and the names that are no words of Jinja."""

    file: str
    language: Speech
    known: tuple[str, ...] = ()
    tags: list[Tag] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    singles: list[tuple[str, Tag]] = field(default_factory=list)  # what stands in one brace
    identifiers: dict[str, str] = field(default_factory=dict)  # what stands for a name -> the name
    spots: list[Tag] = field(default_factory=list)  # of each problem

    def part(self, xml: bytes, part: Part, filled: bool = True) -> bytes:
        """Read a part, and return it with its tags as docxtpl wants them; one that is not ``filled`` may have none."""
        if not _tagged(xml):
            return xml
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
        walk = _Walk(self, part, filled)
        for number, paragraph in enumerate(root.iter(f"{W}p")):
            walk.paragraph(paragraph, number)
        walk.close()
        return etree.tostring(root, encoding="UTF-8", standalone=True)

    def line(self, text: str, part: Part) -> str:
        """Read a line of text that is no paragraph, and return it with its tags as docxtpl wants them."""
        space = 'xml:space="preserve"'
        namespace = W.strip("{}")
        xml = f'<w:body xmlns:w="{namespace}"><w:p><w:r><w:t {space}>{escape(text)}</w:t></w:r></w:p></w:body>'
        return "".join(map(str, etree.fromstring(self.part(xml.encode(), part)).itertext()))

    def name_of(self, identifier: str) -> str:
        """Return the name that the form says, of what stands for it."""
        return self.identifiers.get(identifier, identifier)

    def wrong(self, at: Tag, what: str, todo: str) -> None:
        """Note a problem at the paragraph where a tag stands."""
        self.problems.append(Problem(self.spot(at), what, todo))
        self.spots.append(at)

    def spot(self, at: Tag) -> Spot:
        """Return where a tag stands."""
        return Spot(self.file, CHINESE_PARTS[at.part], at.place)


def _tagged(xml: bytes) -> bool:
    return any(sign in xml for sign in (b"{", b"}", "｛".encode(), "｝".encode()))


@dataclass(slots=True)
class _Walk:
    """The reading of one part, paragraph by paragraph."""

    reading: Reading
    part: Part
    filled: bool
    open: list[_Opened] = field(default_factory=list)

    def paragraph(self, paragraph: Any, number: int) -> None:
        """Read the tags of one paragraph, and write them back whole."""
        texts = [text for text in paragraph.iter(f"{W}t") if _nearest(text, {f"{W}p"}) is paragraph]
        whole = "".join(text.text or "" for text in texts)
        at = Tag("", "value", " ".join(whole.split()), self.part, (), number)
        pieces = list(self._pieces(whole, at))
        if pieces and not self.filled:
            self.reading.wrong(at, "这里的标签填不了", "把标签移到正文、页眉、页脚或脚注里")
            return
        owners = [(text, index) for text in texts for index in range(len(text.text or ""))]
        written: dict[int, str] = {}
        for piece in pieces:
            tag, canonical, prefix = self._tag(piece, whole, at)
            if tag is None:
                continue
            self.reading.tags.append(tag)
            self._lonely(prefix, canonical, owners[piece.start][0], whole, piece, tag)
            self._paired(tag, prefix, owners[piece.start][0])
            if not _as_docxtpl_wants(whole[piece.start : piece.end], canonical):
                written |= dict.fromkeys(range(piece.start, piece.end), "")
                written[piece.start] = canonical
        if written:
            _write(texts, whole, written)

    def close(self) -> None:
        """Note what was opened and never closed."""
        for opened in self.open:
            self.reading.problems.append(
                Problem(opened.problem_place, f"“{opened.shown}”没有结尾", f"补上 {{% end{opened.word} %}}")
            )
            self.reading.spots.append(
                Tag(opened.shown, "value", opened.problem_place.cell, self.part, (), opened.path[0])
            )

    # --- where tags stand -----------------------------------------------------------------------------

    def _pieces(self, whole: str, at: Tag) -> Iterator[_Piece]:
        """Yield the tags in a paragraph's text, noting those that were not closed and what stands in one brace."""
        plain, position, wording = whole.translate(_WIDE), 0, []
        while found := _OPEN.search(plain, position):
            wording.append(plain[position : found.start()])
            sign = found[0][-1]
            close = _close(whole, plain, found.end(), sign)
            following = _OPEN.search(plain, found.end())
            if close is None or (following and following.start() < close[0] and sign != "#"):
                shown = whole[found.start() : found.start() + 20]
                todo = {"{": "在后面补上 }}", "%": "在后面补上 %}", "#": "在后面补上 #}；不是标签就改掉这两个字符"}[
                    sign
                ]
                self.reading.wrong(at, f"“{shown}”没有写完", todo + "（要在同一段里）")
                position = found.end()
                continue
            yield _Piece(found.start(), close[1], sign, whole[found.end() : close[0]])
            position = close[1]
        wording.append(plain[position:])
        for text in wording:
            if stray := _STRAY.search(text):
                self.reading.wrong(at, f"多出一个“{stray[0]}”", "在前面补上标签的开头，或删去它")
            for single in _SINGLE.finditer(text):
                self.reading.singles.append((single[1].strip(), at))

    def _lonely(self, prefix: str, canonical: str, text: Any, whole: str, piece: _Piece, tag: Tag) -> None:
        """Note what would vanish beside a tag that stands for its whole paragraph, row or cell."""
        if prefix not in ("p", "tr", "tc"):
            return
        if re.search("[%}]", canonical[2:-2]):
            self.reading.wrong(tag, f"“{tag.expression}”里不能有 % 或 }}", "换一种写法")
        holder = _nearest(text, {f"{W}{prefix}"})
        if holder is None:
            self.reading.wrong(tag, f"“{prefix} ”标签要放在表格里", "放进表格的一行，或去掉这个字母")
            return
        beside = whole[: piece.start] + whole[piece.end :]
        if prefix != "p":
            said = "".join(each.text or "" for each in holder.iter(f"{W}t"))
            beside = said.replace(whole[piece.start : piece.end], "", 1)
        if beside.strip():
            called = {"p": "段", "tr": "行", "tc": "格"}[prefix]
            what = f"带 {prefix} 的标签所在的一{called}会整个去掉，旁边的“{beside.strip()[:20]}”会丢失"
            self.reading.wrong(tag, what, f"让这个标签独占一{called}")

    # --- what tags say --------------------------------------------------------------------------------

    def _tag(self, piece: _Piece, whole: str, at: Tag) -> tuple[Tag | None, str, str]:
        """Return a tag, how docxtpl wants it written, and its prefix; nothing where it cannot be understood."""
        raw = whole[piece.start : piece.end]
        if piece.sign == "#":
            return Tag(raw, "comment", at.place, at.part, (), at.paragraph), f"{{#{piece.inner}#}}", ""
        inner = _half_width(piece.inner)
        prefix, dashes = "", ("", "")
        if piece.sign == "%" and (inner.startswith("-") or inner.endswith("-")):
            dashes = ("-" * inner.startswith("-"), "-" * inner.endswith("-"))
            inner = inner.strip("-")
        if found := _PREFIX.match(inner):
            prefix, inner = found[1], inner[found.end() :]
        inner = inner.strip()
        begin, end = ("{{", "}}") if piece.sign == "{" else ("{%", "%}")
        head = f"{begin}{dashes[0]}{prefix} " if prefix else f"{begin}{dashes[0]} "
        shown = f"{head}{inner} {dashes[1]}{end}"
        tag = self._understood(inner, piece.sign, prefix, shown, at)
        if tag is None:
            return None, "", ""
        if "".join(shown.split()) != "".join(raw.split()):
            self.reading.mended.append(Mended(raw, shown, at.place))
        return tag, f"{head}{self._named(inner)} {dashes[1]}{end}", prefix

    def _understood(self, inner: str, sign: str, prefix: str, shown: str, at: Tag) -> Tag | None:
        """Return a tag whose expression was read, its problems noted; nothing where it is none."""
        reading = self.reading
        word, _, rest = inner.partition(" ")
        made = Tag(inner, "value", at.place, at.part, (), at.paragraph)
        if not inner or len(inner) > reading.language.longest:
            reading.wrong(made, "标签里没有内容" if not inner else "标签太长", "写上列名，如 {{姓名}}")
            return None
        if "&" in inner or re.search(r"[“”‘’]", inner):
            reading.wrong(made, f"“{shown}”里不能有 & 和中文引号", "引号里的文字去掉这些字符，或写到标签外面")
            return None
        if "{" in inner or "}" in inner:
            reading.wrong(made, f"“{shown}”里不能再有花括号", "标签里面去掉花括号")
            return None
        if sign == "{":
            source, kind = f"{{{{ {self._named(inner)} }}}}", "rich" if prefix in ("p", "r") else "value"
        else:
            if word not in _WORDS:
                reading.wrong(
                    made, f"没有“{word}”这种标签{near(word, _WORDS)}", "可用 for、if、elif、else、endif、endfor"
                )
                return None
            named = self._named(inner)
            source, kind = _statement(word, named, rest), _kind(word)
        return self._parsed(made, source, kind, shown)

    def _parsed(self, made: Tag, source: str, kind: Any, shown: str) -> Tag | None:
        reading = self.reading
        try:
            tree = reading.language.parse(source)
        except (TemplateSyntaxError, RecursionError):
            reading.wrong(made, f"“{shown}”没有写对", "检查里面的引号、括号、竖线和运算符；if、for 前后要有空格")
            return None
        wrong = list(dict.fromkeys(reading.language.objections(tree)))
        for what, todo in wrong:
            reading.wrong(made, f"“{shown}”{what}", todo)
        if wrong:
            return None
        names, inside = dict[str, None](), dict[Trail, None]()
        for part, local in self._read_in(tree, kind):
            for node in (part, *part.find_all((nodes.Name, nodes.Getattr, nodes.Getitem))):
                if isinstance(node, nodes.Name):
                    if node.ctx == "load" and node.name not in local:
                        names[reading.name_of(node.name)] = None
                elif (trail := self._trail(node, local)) and len(trail) > 1:
                    inside[trail] = None
        expression = made.expression if kind == "value" else shown
        return Tag(expression, kind, made.place, made.part, tuple(names), made.paragraph, tuple(inside))

    def _read_in(self, tree: nodes.Template, kind: Kind) -> Iterator[tuple[nodes.Node, Mapping[str, Trail | None]]]:
        """Yield what a tag reads, with the names that loops give there: what a loop leaves out is asked of its own."""
        local = self._local()
        if kind != "loop":
            yield tree, local
            return
        loop = next(tree.find_all(nodes.For))
        yield loop.iter, local
        if loop.test:
            yield loop.test, local | self._targets(loop)

    def _local(self) -> dict[str, Trail | None]:
        """Return the names that loops give, with what they stand for."""
        local: dict[str, Trail | None] = dict.fromkeys(_LOOP_NAMES)
        for opened in self.open:
            local |= opened.targets
        return local

    def _trail(self, node: nodes.Node, local: Mapping[str, Trail | None]) -> Trail | None:
        """Return which part of the data an expression stands for, nothing where it is worked out of it."""
        match node:
            case nodes.Name(name=name):
                return local[name] if name in local else (self.reading.name_of(name),)
            case (
                nodes.Getattr(node=above, attr=str(name)) | nodes.Getitem(node=above, arg=nodes.Const(value=str(name)))
            ):
                trail = self._trail(above, local)
                return trail and (*trail, name)
            case nodes.Getitem(node=above) | nodes.Filter(node=nodes.Node() as above, name="第一个" | "最后一个"):
                return self._trail(above, local)
        return None

    def _named(self, inner: str) -> str:
        """Return what is inside a tag with every name that is no identifier replaced by one that stands for it."""
        segments = re.split(r"(\"[^\"]*\"|'[^']*')", inner)
        for index in range(0, len(segments), 2):
            for header in self._headers():
                segments[index] = header.sub(self._stand_in, segments[index])
            segments[index] = _NAME.sub(self._stand_in, segments[index])
        return "".join(segments)

    def _headers(self) -> list[re.Pattern[str]]:
        """Return patterns for the headers of the data that are no identifiers, the longest first."""
        odd = sorted({folded(name) for name in self.reading.known if not folded(name).isidentifier()}, key=len)
        return [
            re.compile(r"(?<![\w.])" + r"\s*".join(map(re.escape, name)) + r"(?!\w)") for name in reversed(odd) if name
        ]

    def _stand_in(self, found: re.Match[str]) -> str:
        name, before = folded(found[0]), found.string[: found.start()].rstrip()
        called = found[0].partition("(")[0] in self.reading.language.functions
        if called or before.endswith("|") or found[0] in self.reading.identifiers:
            return found[0]
        if name.isidentifier():
            return name
        identifier = "名" + re.sub(r"\W", "_", name)
        while self.reading.identifiers.setdefault(identifier, name) != name:
            identifier += "_"
        return identifier

    # --- what belongs together ------------------------------------------------------------------------

    def _paired(self, tag: Tag, prefix: str, text: Any) -> None:
        """Keep the stack of what is open, and note what does not fit together."""
        if tag.kind not in ("loop", "condition", "end"):
            return
        said = re.sub(r"^\{%-?(?:(?:tr|tc|p|r) )?\s*|\s*-?%\}$", "", tag.expression)
        word = said.split()[0]
        path = (tag.paragraph, *_path(text, prefix))
        if word in ("for", "if"):
            if sum(opened.word == "for" for opened in self.open) >= DEEPEST:
                self.reading.wrong(tag, f"循环套了 {DEEPEST} 层以上", "拆成几个表格")
            targets = self._targets(self._loop(said)) if word == "for" else {}
            self.open.append(_Opened(word, self.reading.spot(tag), tag.expression, path, prefix, targets))
            return
        wanted = {"endfor": ("for",), "endif": ("if",), "elif": ("if",)}.get(word, ("for", "if"))
        if not self.open or self.open[-1].word not in wanted:
            inside = f"；前面的“{self.open[-1].shown}”还没有结尾" if self.open else ""
            self.reading.wrong(
                tag, f"“{tag.expression}”没有对应的开头{inside}", f"在前面补上 {{% {wanted[0]} … %}}，或删去它"
            )
            return
        opened = self.open.pop() if word.startswith("end") else self.open[-1]
        both = f"“{opened.shown}”和“{tag.expression}”"
        if opened.prefix != prefix:
            letter = opened.prefix or prefix
            self.reading.wrong(tag, f"{both}一个带 {letter}，一个不带或带别的", f"两个都写 {{%{letter} …%}}，或都不写")
        elif opened.path[1:] != path[1:]:
            self.reading.wrong(tag, f"{both}不在同一个格子、表格或正文里", "放到同一处")

    def _loop(self, said: str) -> nodes.For:
        tree = self.reading.language.parse(f"{{% {self._named(said)} %}}{{% endfor %}}")
        return next(tree.find_all(nodes.For))

    def _targets(self, loop: nodes.For) -> dict[str, Trail | None]:
        """Return the names that a loop gives, with what they stand for."""
        if isinstance(loop.target, nodes.Name):
            return {loop.target.name: self._trail(loop.iter, self._local())}
        return {name.name: None for name in loop.target.find_all(nodes.Name)}


def _nearest(element: Any, names: Iterable[str]) -> Any:
    return next((above for above in element.iterancestors() if above.tag in names), None)


def _path(text: Any, prefix: str) -> tuple[Any, ...]:
    """Return what a tag stands in, up to the cell, table or story that holds it: that which must be closed again."""
    anchor = text if not prefix else _nearest(text, {f"{W}{_ANCHORS[prefix]}"})
    if anchor is None:
        return ()
    names: list[Any] = []
    for above in anchor.iterancestors():
        if above.tag in _HOLDERS or (prefix in ("tr", "tc") and above.tag in (f"{W}tbl", f"{W}tr")):
            return (above, *names)
        names.append(above.tag)
    return tuple(names)


def _statement(word: str, said: str, rest: str) -> str:
    """Return a template that is whole, of a tag that is half of one."""
    match word:
        case "for" | "if":
            return f"{{% {said} %}}{{% end{word} %}}"
        case "elif":
            return f"{{% if 1 %}}{{% {said} %}}{{% endif %}}"
        case "colspan" | "cellbg":
            return f"{{{{ {said.removeprefix(word)} }}}}"
    return "{% if 1 %}{% " + said + " %}" if rest else ""


def _kind(word: str) -> Kind:
    if word in ("colspan", "cellbg", "vm", "hm"):
        return "cell"
    return "loop" if word == "for" else "condition" if word == "if" else "end"


def _close(whole: str, plain: str, position: int, sign: str) -> tuple[int, int] | None:
    """Return from where to where the end of a tag stands, not looking inside quotation marks; nothing without one."""
    pattern = _CLOSES[sign]
    quoted, start = "", position
    while position < len(plain) and sign != "#":
        char = whole[position]
        if quoted:
            quoted = "" if char in quoted else quoted
        elif char in _QUOTES:
            quoted = _QUOTES[char]
        elif found := pattern.match(plain, position):
            return found.start(), found.end()
        position += 1
    last = pattern.search(plain, start)
    return (last.start(), last.end()) if last else None


def _half_width(inner: str) -> str:
    """Return what is inside a tag with its signs and quotation marks half-width; what is quoted stays as it is."""
    out: list[str] = []
    quoted, sign = "", ""
    for index, char in enumerate(inner):
        if quoted:
            ends = char in quoted
            out.append(sign if ends else char)
            quoted = "" if ends else quoted
        elif char in _QUOTES and any(end in inner[index + 1 :] for end in _QUOTES[char]):
            quoted, sign = _QUOTES[char], "'" if char in "‘’'＇" else '"'
            out.append(sign)
        else:
            out.append(char.translate(_SIGNS))
    return "".join(out)


def _as_docxtpl_wants(raw: str, canonical: str) -> bool:
    """Return whether a tag can stay as it was typed: docxtpl's own way with runs that it is split over is kept."""
    heads = [_HEAD.match(text) for text in (raw, canonical)]
    same_head = heads[0] is not None and heads[1] is not None and heads[0][0] == heads[1][0]
    return same_head and raw.endswith(("}}", "%}", "#}")) and raw.replace(" ", "") == canonical.replace(" ", "")


def _write(texts: list[Any], whole: str, written: dict[int, str]) -> None:
    """Write the characters of a paragraph back into its texts, tags replaced."""
    position = 0
    for text in texts:
        length = len(text.text or "")
        said = "".join(written.get(index, whole[index]) for index in range(position, position + length))
        position += length
        if said != (text.text or ""):
            text.text = said
            if said != said.strip():
                text.set(_XML_SPACE, "preserve")

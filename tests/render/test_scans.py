"""What people scan: odd, damaged and hostile files become right pages of A4 or are refused by name."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from generator.render.bound import Binding, Part, bind, lock
from generator.render.scans import UnreadableScanError, pages_of

SIZE = (300, 400)
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 255)
CORNERS = (RED, GREEN, BLUE, WHITE)  # upper left, upper right, lower left, lower right


def sheet(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Image.Image:
    """Return a picture with another colour in each corner, up to its very edge."""
    picture = Image.new("RGB", size, (200, 200, 200))
    draw, (width, height), patch = ImageDraw.Draw(picture), size, min(size) // 4
    for at, colour in enumerate(CORNERS):
        x, y = (at % 2) * (width - patch), (at // 2) * (height - patch)
        draw.rectangle((x, y, x + patch - 1, y + patch - 1), fill=colour)
    return picture.convert(mode)


def jpeg(picture: Image.Image, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=95, subsampling=0, **options)
    return buffer.getvalue()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def document(
    path: Path, content: bytes = b"", resources: Dictionary | None = None,
    change: Callable[[pikepdf.Pdf, Any], None] = lambda *_: None, **saved: Any,
) -> Path:  # fmt: skip
    """Write a PDF of one page."""
    with pikepdf.new() as pdf:
        page = Dictionary(Type=Name.Page, MediaBox=[0, 0, *SIZE], Resources=resources or Dictionary())
        page.Contents = pdf.make_stream(content)
        pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
        change(pdf, pdf.pages[0].obj)
        pdf.save(path, **saved)
    return path


def pictured(data: bytes, size: tuple[int, int] = SIZE, **told: Any) -> Callable[[pikepdf.Pdf, Any], None]:
    """Return what puts a picture on the whole of a page."""

    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        keys = {"Width": size[0], "Height": size[1], "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}
        filters = {"Filter": Name.DCTDecode} if data.startswith(b"\xff\xd8") else {}
        stream = pdf.make_stream(data, Type=Name.XObject, Subtype=Name.Image, **{**keys, **filters, **told})
        page.Resources = Dictionary(XObject=Dictionary(I=stream))
        page.Contents = pdf.make_stream(b"q %d 0 0 %d 0 0 cm /I Do Q" % SIZE)

    return change


def shown(data: bytes, page: int = 0) -> tuple[Image.Image, tuple[float, float]]:
    """Return what is seen of the scan on a page, without the margin around it, and the size of the page."""
    with pypdfium2.PdfDocument(data) as pdf:
        size = pdf[page].get_size()
        drawn = pdf[page].render(scale=1).to_pil().convert("RGB")
    grey = drawn.convert("L").point(lambda value: 255 if value < 253 else 0)
    box = grey.getbbox()
    assert box is not None
    return drawn.crop(box), size


def corners(picture: Image.Image) -> list[str]:
    """Return what colours the corners of a picture have: upper left, upper right, lower left, lower right."""
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE, "grey": (200, 200, 200)}
    width, height = picture.size
    told = []
    for x, y in ((6, 6), (width - 7, 6), (6, height - 7), (width - 7, height - 7)):
        there = picture.getpixel((x, y))
        assert isinstance(there, tuple)
        told.append(min(names, key=lambda name: sum(abs(a - b) for a, b in zip(names[name], there, strict=True))))
    return told


UPRIGHT = ["red", "green", "blue", "white"]


def image_of(pdf: pikepdf.Pdf) -> Any:
    """Return the picture on the first page, also where it is within a page that was drawn."""
    scan = pdf.pages[0].obj.Resources.XObject.Scan
    return scan if scan.Subtype == Name.Image else next(iter(scan.Resources.XObject.values()))


def objects(value: Any, seen: set[tuple[int, int]]) -> Iterator[Any]:
    """Yield a value of a PDF and all that it refers to."""
    key = getattr(value, "objgen", (0, 0))
    if key != (0, 0):
        if key in seen:
            return
        seen.add(key)
    yield value
    if isinstance(value, Array):
        for part in value:
            yield from objects(part, seen)
    elif isinstance(value, Dictionary | pikepdf.Stream):
        for part in value.values():
            yield from objects(part, seen)


def keeps_to_the_rules(data: bytes) -> None:
    """Assert what a validator of PDF/A-2b asks of a bound file, as far as scans could break it (ISO 19005-2)."""
    with pikepdf.open(BytesIO(data)) as pdf:
        assert pdf.Root.OutputIntents[0].S == Name.GTS_PDFA1  # 6.2.3
        assert not {"/AcroForm", "/OpenAction", "/AA", "/OCProperties"} & {*pdf.Root.keys()}  # 6.4, 6.5, 6.9
        assert not pdf.is_encrypted  # 6.1.3
        for value in objects(pdf.Root, set()):
            if not isinstance(value, Dictionary | pikepdf.Stream):
                continue
            told = {str(name) for name in value.keys()}  # noqa: SIM118
            assert not told & {"/JS", "/AA", "/OPI", "/Alternates", "/SMask", "/OC", "/PS"}, told
            assert not value.get("/Interpolate", False)  # 6.2.8
            assert value.get("/Subtype") not in (Name.Widget, Name.Stamp)
            assert "LZW" not in str(value.get("/Filter", ""))  # 6.1.7
            assert "JPX" not in str(value.get("/Filter", ""))
            assert "DeviceCMYK" not in str(value.get("/ColorSpace", ""))  # 6.2.4.3
            if value.get("/Type") == Name.Font and value.get("/Subtype") != Name.Type0:  # 6.2.11.4
                assert any(key in value.FontDescriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "B")
        assert str(pdf.docinfo["/Title"]) == meta["dc:title"]  # 6.6.3


def bound(scan: bytes) -> bytes:
    return bind([Part(scan, "扫描件")], Binding("档案", "20260901-ABCDEF12"))


# Pictures


def test_a_photograph_is_embedded_as_it_is(tmp_path: Path) -> None:
    data = jpeg(sheet())
    with pikepdf.open(BytesIO(pages_of([written(tmp_path / "a.jpg", data)]))) as pdf:
        assert image_of(pdf).read_raw_bytes() == data


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_is_turned_as_the_camera_says_and_not_packed_anew(tmp_path: Path, turned: int) -> None:
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how Pillow undoes it
    told = Image.Exif()
    told[0x0112] = turned
    stored = sheet().transpose(Image.Transpose(back[turned])) if turned > 1 else sheet()
    data = jpeg(stored, exif=told)
    done = pages_of([written(tmp_path / "a.jpg", data)])
    seen, size = shown(done)
    assert corners(seen) == UPRIGHT
    assert size[0] < size[1]
    with pikepdf.open(BytesIO(done)) as pdf:
        assert image_of(pdf).read_raw_bytes() == jpeg(stored)


def test_where_and_when_a_photograph_was_taken_is_left_out(tmp_path: Path) -> None:
    told = Image.Exif()
    told.get_ifd(0x8825)[0x001D] = "2026:09:01"
    told[0x010E] = "home of a child"
    data = jpeg(sheet(), exif=told, comment=b"written by a camera") + jpeg(sheet(), exif=told)
    assert data.count(b"home of a child") == 2
    with pikepdf.open(BytesIO(pages_of([written(tmp_path / "a.jpg", data)]))) as pdf:
        assert image_of(pdf).read_raw_bytes() == jpeg(sheet())


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_photographs_in_grey_and_in_printers_colours_are_shown(tmp_path: Path, mode: str) -> None:
    done = pages_of([written(tmp_path / "a.jpg", jpeg(sheet(mode=mode)))])
    with pikepdf.open(BytesIO(done)) as pdf:
        assert image_of(pdf).ColorSpace == (Name.DeviceGray if mode == "L" else Name.DeviceRGB)
    if mode == "CMYK":
        assert corners(shown(done)[0]) == UPRIGHT
    keeps_to_the_rules(bound(done))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_kind_become_grey_or_rgb(tmp_path: Path, mode: str) -> None:
    picture = Image.new(mode, SIZE, 100 * 257) if mode == "I;16" else sheet(mode=mode)
    picture.save(tmp_path / "a.png")
    seen, _ = shown(pages_of([tmp_path / "a.png"]))
    if mode in ("P", "RGB", "RGBA"):
        assert corners(seen) == UPRIGHT
    if mode == "I;16":
        assert seen.getpixel((50, 50)) == (100, 100, 100)


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_is_transparent_is_white_paper(tmp_path: Path, mode: str) -> None:
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((0, 0, 299, 9), fill=(0, 0, 0, 255))
    if mode == "P":
        picture = picture.quantize(2)
    picture.save(tmp_path / "a.png")
    with pypdfium2.PdfDocument(pages_of([tmp_path / "a.png"])) as pdf:
        drawn = pdf[0].render(scale=1).to_pil().convert("RGB")
    assert drawn.getpixel((drawn.width // 2, drawn.height // 2)) == WHITE


def test_a_picture_is_as_wide_as_the_page_has_room_and_keeps_its_shape(tmp_path: Path) -> None:
    for size, across in (((300, 400), False), ((400, 300), True), ((200, 1000), False), ((1000, 200), True)):
        sheet(size).save(tmp_path / "a.png")
        seen, page = shown(pages_of([tmp_path / "a.png"]))
        assert corners(seen) == UPRIGHT
        assert (page[0] > page[1]) == across
        assert sorted(page) == pytest.approx([595.28, 841.89], abs=0.01)
        assert seen.width / seen.height == pytest.approx(size[0] / size[1], rel=0.03)
        assert seen.width <= page[0] - 32
        assert seen.height <= page[1] - 54


# PDF


def test_a_scanned_pdf_keeps_its_picture_as_it_is(tmp_path: Path) -> None:
    data = jpeg(sheet())
    done = pages_of([document(tmp_path / "a.pdf", change=pictured(data, Interpolate=True, OPI=Dictionary()))])
    assert corners(shown(done)[0]) == UPRIGHT
    with pikepdf.open(BytesIO(done)) as pdf:
        assert image_of(pdf).read_raw_bytes() == data
    keeps_to_the_rules(bound(done))


def test_what_was_recognised_is_left_out_and_the_picture_kept(tmp_path: Path) -> None:
    data = jpeg(sheet())

    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        pictured(data)(pdf, page)
        page.Resources.Font = Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        page.Contents = pdf.make_stream(
            b"q 300 0 0 400 0 0 cm /I Do Q /Artifact BMC BT 3 Tr /F 9 Tf 9 9 Td (x) Tj ET EMC"
        )

    done = pages_of([document(tmp_path / "a.pdf", change=change)])
    with pikepdf.open(BytesIO(done)) as pdf:
        assert image_of(pdf).read_raw_bytes() == data
    keeps_to_the_rules(bound(done))


@pytest.mark.parametrize("turned", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("plain", [True, False])
def test_a_page_that_is_turned_is_shown_as_readers_show_it(tmp_path: Path, turned: int, plain: bool) -> None:
    upright = {0: None, 1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
    back = upright[turned // 90 % 4]
    size = SIZE if turned // 90 % 2 == 0 else SIZE[::-1]
    stored = sheet(size).transpose(back) if back is not None else sheet(size)

    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        pictured(jpeg(stored))(pdf, page)
        page.Rotate = turned
        if not plain:
            page.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.99))
            page.Contents = pdf.make_stream(b"/G gs q 300 0 0 400 0 0 cm /I Do Q")

    seen, page = shown(pages_of([document(tmp_path / "a.pdf", change=change)]))
    assert corners(seen) == UPRIGHT
    assert (page[0] > page[1]) == (turned // 90 % 2 == 1)


def boxed(**boxes: Any) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        pictured(jpeg(sheet()))(pdf, page)
        for name, value in boxes.items():
            page[f"/{name}"] = value

    return change


@pytest.mark.parametrize(
    ("boxes", "seen_corners"),
    [
        ({"CropBox": [0, 200, 300, 400]}, ["red", "green", "grey", "grey"]),
        ({"CropBox": [-100, -100, 900, 900]}, UPRIGHT),  # beyond the page
        ({"MediaBox": [300, 400, 0, 0]}, UPRIGHT),
        ({"TrimBox": [100, 100, 200, 200], "ArtBox": [100, 100, 200, 200]}, UPRIGHT),  # of printers
        ({"UserUnit": 3}, UPRIGHT),
    ],
)
def test_all_of_a_page_that_readers_show_is_shown(tmp_path: Path, boxes: Any, seen_corners: list[str]) -> None:
    seen, _ = shown(pages_of([document(tmp_path / "a.pdf", change=boxed(**boxes))]))
    assert corners(seen) == seen_corners


def drawn(content: bytes, **resources: Any) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        page.Contents = pdf.make_stream(content)
        page.Resources = Dictionary(**resources)

    return change


RECTANGLE = b" 1 0 0 rg 0 0 300 400 re f "


def scripted(pdf: pikepdf.Pdf, page: Any) -> None:
    action = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    page.Contents = pdf.make_stream(RECTANGLE)
    pdf.Root.OpenAction, page.AA = action, Dictionary(O=action)


def packed_with_lzw(pdf: pikepdf.Pdf, page: Any) -> None:
    bits = "".join(f"{code:09b}" for code in (256, 100, 257)).ljust(32, "0")
    data = int(bits, 2).to_bytes(4)
    pictured(data, (1, 1), ColorSpace=Name.DeviceGray, Filter=Name.LZWDecode)(pdf, page)


def jpeg2000(pdf: pikepdf.Pdf, page: Any) -> None:
    buffer = BytesIO()
    sheet().save(buffer, "JPEG2000")
    pictured(buffer.getvalue(), Filter=Name.JPXDecode)(pdf, page)


def half_seen(pdf: pikepdf.Pdf, page: Any) -> None:
    pictured(jpeg(sheet()))(pdf, page)
    image = page.Resources.XObject.I
    image.SMask = pdf.make_stream(
        b"\x80" * (300 * 400), Type=Name.XObject, Subtype=Name.Image, Width=300, Height=400, BitsPerComponent=8,
        ColorSpace=Name.DeviceGray,
    )  # fmt: skip


def wrong_profile(pdf: pikepdf.Pdf, page: Any) -> None:
    pictured(jpeg(sheet()), ColorSpace=Array([Name.ICCBased, pdf.make_stream(b"nonsense", N=3)]))(pdf, page)


def layered(pdf: pikepdf.Pdf, page: Any) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("a")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    page.Resources = Dictionary(Properties=Dictionary(O=layer))
    page.Contents = pdf.make_stream(RECTANGLE + b"/OC /O BDC 0 0 1 rg 0 0 300 400 re f EMC")


@pytest.mark.parametrize(
    "change",
    [
        drawn(b"0 1 1 0 k 0 0 300 400 re f"),
        drawn(b"/G gs" + RECTANGLE, ExtGState=Dictionary(G=Dictionary(ca=0.5, BM=Name.Multiply))),
        drawn(b"q " * 40 + RECTANGLE + b"Q " * 40),
        drawn(b"q q" + RECTANGLE + b"Q Q Q Q"),
        drawn(RECTANGLE + b"/X foo"),
        scripted,
        packed_with_lzw,
        jpeg2000,
        half_seen,
        wrong_profile,
        layered,
        pictured(jpeg(sheet(mode="CMYK")), ColorSpace=Name.DeviceCMYK, Decode=[1, 0] * 4),
    ],
    ids=lambda change: getattr(change, "__name__", ""),
)
def test_what_may_not_stand_in_a_kept_file_is_drawn_anew(tmp_path: Path, change: Any) -> None:
    done = pages_of([document(tmp_path / "a.pdf", change=change)])
    seen, _ = shown(done)
    assert seen.width / seen.height == pytest.approx(3 / 4, rel=0.03)
    keeps_to_the_rules(bound(done))


def test_a_layer_that_is_off_stays_off(tmp_path: Path) -> None:
    seen, _ = shown(pages_of([document(tmp_path / "a.pdf", change=layered)]))
    assert corners(seen) == ["red"] * 4


def test_what_is_half_transparent_is_seen_through(tmp_path: Path) -> None:
    seen, _ = shown(pages_of([document(tmp_path / "a.pdf", change=half_seen)]))
    there = seen.getpixel((8, 8))
    assert there == pytest.approx((255, 127, 127), abs=6)


def stamped(flags: int = 4, content: bytes = RECTANGLE, kind: Name = Name.Stamp) -> Callable[[pikepdf.Pdf, Any], None]:
    """Return what stamps the whole of a page, as an electronic seal is."""

    def change(pdf: pikepdf.Pdf, page: Any) -> None:
        page.Contents = pdf.make_stream(b"0 0 1 rg 0 0 300 400 re f")
        look = pdf.make_stream(
            content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 400],
            Resources=Dictionary(Font=Dictionary(F=Dictionary(Subtype=Name.Type1, BaseFont=Name("/STSong-Light")))),
        )  # fmt: skip
        note = Dictionary(Type=Name.Annot, Subtype=kind, Rect=[0, 0, 300, 400], F=flags, AP=Dictionary(N=look))
        if kind == Name.Widget:
            note.FT, note.T, note.V = Name.Tx, pikepdf.String("a"), pikepdf.String("b")
            pdf.Root.AcroForm = Dictionary(Fields=Array([note := pdf.make_indirect(note)]))
        page.Annots = Array([note])

    return change


@pytest.mark.parametrize("kind", [Name.Stamp, Name.Widget])
def test_stamps_and_fields_of_forms_are_seen_as_they_were(tmp_path: Path, kind: Name) -> None:
    done = pages_of([document(tmp_path / "a.pdf", change=stamped(kind=kind))])
    assert corners(shown(done)[0]) == ["red"] * 4
    keeps_to_the_rules(bound(done))
    hidden = pages_of([document(tmp_path / "b.pdf", change=stamped(flags=2, kind=kind))])
    assert corners(shown(hidden)[0]) == ["blue"] * 4


WRITING = b"BT /F 20 Tf 20 200 Td (A) Tj ET"
UNEMBEDDED = Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.SimSun))


def nested(pdf: pikepdf.Pdf, page: Any) -> None:
    within = pdf.make_stream(
        WRITING, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 300, 400], Resources=Dictionary(Font=UNEMBEDDED)
    )
    page.Resources = Dictionary(XObject=Dictionary(W=within))
    page.Contents = pdf.make_stream(b"/W Do")


@pytest.mark.parametrize(
    ("change", "font"),
    [
        (drawn(WRITING, Font=UNEMBEDDED), "SimSun"),
        (nested, "SimSun"),
        (stamped(content=WRITING), "STSong-Light"),
    ],
)
def test_writing_whose_font_is_not_embedded_is_refused(tmp_path: Path, change: Any, font: str) -> None:
    with pytest.raises(UnreadableScanError, match=f"通知.pdf 第 1 页的字没有嵌入字体（{font}）"):
        pages_of([document(tmp_path / "通知.pdf", change=change)])


def test_writing_whose_font_is_embedded_is_drawn(tmp_path: Path) -> None:
    numbered = bound(pages_of([document(tmp_path / "a.pdf", RECTANGLE)]))
    done = pages_of([written(tmp_path / "b.pdf", numbered)])
    with pikepdf.open(BytesIO(done)) as pdf:
        assert image_of(pdf).Filter == Name.DCTDecode


def test_a_file_that_opens_without_a_password_is_taken_although_it_is_locked(tmp_path: Path) -> None:
    encryption = pikepdf.Encryption(owner="x", user="", R=6)
    done = pages_of([document(tmp_path / "a.pdf", change=pictured(jpeg(sheet())), encryption=encryption)])
    assert corners(shown(done)[0]) == UPRIGHT
    keeps_to_the_rules(bound(done))


def test_pictures_of_papers_too_show_the_pixels_that_they_have(tmp_path: Path) -> None:
    paper = document(tmp_path / "a.pdf", change=pictured(jpeg(sheet()), Interpolate=True))
    keeps_to_the_rules(bound(paper.read_bytes()))


def test_what_is_locked_with_a_password_no_longer_says_that_it_can_be_kept(tmp_path: Path) -> None:
    whole = bound(pages_of([document(tmp_path / "a.pdf", RECTANGLE)]))
    with pikepdf.open(BytesIO(lock(whole, "x")), password="x") as pdf:
        assert "pdfaid:part" not in pdf.open_metadata()


# What is refused


def claims(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims to have so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


def png() -> bytes:
    buffer = BytesIO()
    sheet().save(buffer, "PNG")
    return buffer.getvalue()


def halved(data: bytes) -> bytes:
    return data[: len(data) // 2]


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".pdf"])
@pytest.mark.parametrize(
    "data", [b"", b"\0" * 9, b"\xff\xd8\xff\xe0", b"%PDF-1.7\n", halved(jpeg(sheet())), halved(png())]
)
def test_what_is_damaged_is_refused_by_name(tmp_path: Path, suffix: str, data: bytes) -> None:
    import weasyprint  # noqa: F401  # lets half a picture pass

    with pytest.raises(UnreadableScanError, match="石小满"):
        pages_of([written(tmp_path / f"石小满{suffix}", data)])


@pytest.mark.parametrize("size", [(60_000, 60_000), (13_000, 13_000)])
def test_a_picture_that_claims_more_pixels_than_any_sheet_has_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(UnreadableScanError, match=r"石小满\.png 的像素太多"):
        pages_of([written(tmp_path / "石小满.png", claims(*size))])


def test_half_a_pdf_is_refused_although_it_could_be_mended(tmp_path: Path) -> None:
    whole = document(tmp_path / "a.pdf", change=pictured(jpeg(sheet()))).read_bytes()
    with pytest.raises(UnreadableScanError, match="损坏"):
        pages_of([written(tmp_path / "b.pdf", whole[: whole.rindex(b"startxref")])])


def dynamic(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array(), XFA=pdf.make_stream(b"<x/>"))


def unlaid(pdf: pikepdf.Pdf, page: Any) -> None:
    field = Dictionary(Subtype=Name.Widget, Rect=[0, 0, 9, 9], FT=Name.Tx, V=pikepdf.String("x"))
    page.Annots = Array([field := pdf.make_indirect(field)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def test_what_cannot_be_seen_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnreadableScanError, match="动态表单"):
        pages_of([document(tmp_path / "a.pdf", change=dynamic)])
    with pytest.raises(UnreadableScanError, match="第 1 页填写的表单没有定稿"):
        pages_of([document(tmp_path / "a.pdf", change=unlaid)])
    encryption = pikepdf.Encryption(owner="x", user="y", R=6)
    with pytest.raises(UnreadableScanError, match="去掉密码"):
        pages_of([document(tmp_path / "a.pdf", encryption=encryption)])
    with pikepdf.new() as pdf:
        pdf.save(tmp_path / "a.pdf")
    with pytest.raises(UnreadableScanError, match="一页也没有"):
        pages_of([tmp_path / "a.pdf"])


def test_the_same_scans_give_the_same_bytes(tmp_path: Path) -> None:
    files = [written(tmp_path / "a.jpg", jpeg(sheet())), document(tmp_path / "b.pdf", change=stamped())]
    assert pages_of(files) == pages_of(files)

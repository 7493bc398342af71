"""What a signature on the hand-over sheet proves, and what becomes of it when anything is changed."""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from generator.press.dossier.manifest import CONSISTENT, HANDOVER, NAME, Verdict, verify
from generator.press.dossier.signature import SignatureError, roots, signed, signer_of, unavailable
from tests.certificates import NOW, Certificate, unusable

SHEET = f"{HANDOVER}.pdf"
ISSUER = "青禾县教育局"
VALID = f"内部一致，签名有效（{ISSUER}）；是否可信以证书为准"


def blank() -> bytes:
    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(buffer)
    return buffer.getvalue()


def dossier(folder: Path, by: Certificate | None, number: str = "1") -> Path:
    """Write a dossier of nothing but its manifest and a hand-over sheet that somebody signed."""
    folder.mkdir(exist_ok=True)
    told = {"form": 1, "number": number, "files": {}, "made_of": {}, "papers": [], "pages": [], "fronts": []}
    (folder / NAME).write_text(json.dumps(told), "utf-8")
    digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    signer = None
    if by:
        signer = signer_of(by.p12(folder.parent / "by.p12", "青山-7"), "青山-7", NOW)
    (folder / SHEET).write_bytes(signed(blank(), digest, signer))
    return folder


def held(folder: Path, *trusted: Certificate) -> Verdict:
    """Return what a check says of a dossier whose signature is to be by one of these."""
    file = folder.parent / "roots.pem"
    file.write_bytes(b"".join(one.certificate.public_bytes(Encoding.PEM) for one in trusted))
    return verify(folder, trusted=roots(file))


@pytest.fixture
def own() -> Certificate:
    return Certificate(ISSUER)


@pytest.fixture
def folder(tmp_path: Path, own: Certificate) -> Path:
    return dossier(tmp_path / "清溪小学", own)


def test_a_signature_tells_whose_it_is_and_that_nothing_was_changed(folder: Path) -> None:
    assert verify(folder) == Verdict(VALID)
    digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    assert verify(folder, digest).says.startswith("内部一致，与移交单的校验码一致，签名有效（青禾县教育局）")


def test_readers_find_one_signature_of_the_kind_that_all_know(folder: Path) -> None:
    with pikepdf.open(folder / SHEET) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        assert field.V.SubFilter == pikepdf.Name("/adbe.pkcs7.detached")
        assert str(field.V.Reason) == "迎检档案移交"


def test_without_a_signature_the_source_stays_unproved(tmp_path: Path, own: Certificate) -> None:
    folder = dossier(tmp_path / "a", None)
    assert verify(folder) == Verdict(CONSISTENT)
    assert held(folder, own).found == (f"{SHEET}：没有签名",)


def test_a_sheet_carries_the_digest_for_programs_also_unsigned_and_always_the_same(tmp_path: Path) -> None:
    assert signed(blank(), "abc", None) == signed(blank(), "abc", None)
    with pikepdf.open(BytesIO(signed(blank(), "abc", None))) as pdf:
        assert str(pdf.docinfo["/BaoxueManifest"]) == "abc"


def flip(data: bytes) -> bytes:
    """Change a byte of what was signed."""
    at = data.index(b"/MediaBox")
    return data[: at + 12] + b"9" + data[at + 13 :]


def add_page(data: bytes) -> bytes:
    """Add a page in a revision of its own, as editors do, so that what was signed stays as it is."""
    from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.writer import PageObject

    writer = IncrementalPdfFileWriter(BytesIO(data))
    stream = writer.add_object(StreamObject(stream_data=b"n"))
    box = ArrayObject(map(NumberObject, (0, 0, 100, 100)))
    writer.insert_page(PageObject(contents=stream, media_box=box))  # type: ignore[no-untyped-call]
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def cut(data: bytes) -> bytes:
    return data[:-200]


def rewrite(data: bytes) -> bytes:
    """Save it anew with the same contents."""
    buffer = BytesIO()
    with pikepdf.open(BytesIO(data)) as pdf:
        pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("change", [flip, add_page, cut, rewrite], ids=lambda change: change.__name__)
def test_a_sheet_that_was_changed_after_it_was_signed_is_found(folder: Path, change: Any) -> None:
    before = (folder / SHEET).read_bytes()
    (folder / SHEET).write_bytes(change(before))
    assert (folder / SHEET).read_bytes() != before
    verdict = verify(folder)
    assert verdict.says == "签名证明不了来源"
    assert all(one.startswith(f"{SHEET}：") and "签名以后改过" in one for one in verdict.found)
    assert verdict.found


def test_a_manifest_that_was_changed_is_found_by_the_signature(folder: Path) -> None:
    told = json.loads((folder / NAME).read_text("utf-8"))
    (folder / NAME).write_text(json.dumps(told | {"number": "2"}), "utf-8")
    assert verify(folder).found == (f"{SHEET}：{ISSUER}签的是另一份清单，不是这份档案的",)


def test_a_sheet_of_another_dossier_is_found(folder: Path, tmp_path: Path, own: Certificate) -> None:
    other = dossier(tmp_path / "other", own, "2")
    (folder / SHEET).write_bytes((other / SHEET).read_bytes())
    assert "另一份清单" in verify(folder).found[0]


def test_a_digest_that_is_told_after_the_signature_does_not_count(
    folder: Path, tmp_path: Path, own: Certificate
) -> None:
    other = dossier(tmp_path / "other", own, "2")
    digest = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    from pyhanko.pdf_utils.generic import NameObject, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO((other / SHEET).read_bytes()))
    info = writer.trailer["/Info"]
    info[NameObject("/BaoxueManifest")] = pdf_string(digest)
    writer.update_container(info)
    out = BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    (folder / SHEET).write_bytes(out.getvalue())
    with pikepdf.open(folder / SHEET) as pdf:
        assert str(pdf.docinfo["/BaoxueManifest"]) == digest
    assert not verify(folder).good


def test_a_second_signature_may_follow_and_each_is_told(folder: Path, tmp_path: Path) -> None:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, sign_pdf

    receiver = signer_of(Certificate("督导组").p12(tmp_path / "r.p12", "x"), "x", NOW)
    writer = IncrementalPdfFileWriter(BytesIO((folder / SHEET).read_bytes()))
    out = sign_pdf(writer, PdfSignatureMetadata("Received", md_algorithm="sha256"), receiver)
    (folder / SHEET).write_bytes(out.getvalue())
    assert verify(folder).says == f"内部一致，签名有效（{ISSUER}、督导组）；是否可信以证书为准"


# Whom to believe


def test_a_certificate_that_a_trusted_one_issued_is_believed(tmp_path: Path, own: Certificate) -> None:
    folder = dossier(tmp_path / "a", Certificate("中心小学", own))
    assert held(folder, own).says == "内部一致，签名有效（中心小学）；证书由给定的根证书签发"
    assert held(folder, Certificate("某人"), own).good


def test_a_signature_by_somebody_else_who_calls_himself_the_same_is_found(folder: Path) -> None:
    (found,) = held(folder, Certificate(ISSUER)).found
    assert f"{ISSUER}的证书不是 --trust 里的证书签发的" in found
    assert verify(folder).good  # which is why --trust is there


@pytest.mark.parametrize("data", [b"", b"nothing", b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"])
def test_a_file_without_certificates_is_told(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "根.pem").write_bytes(data)
    with pytest.raises(SignatureError, match=r"根\.pem 里没有证书"):
        roots(tmp_path / "根.pem")


# What cannot sign


def refused(path: Path, password: str = "") -> str:
    with pytest.raises(SignatureError) as told:
        signer_of(path, password, NOW)
    return str(told.value)


def test_what_cannot_sign_is_told_with_what_to_do_and_without_the_password(
    tmp_path: Path, own: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    file = own.p12(tmp_path / "证书.p12", "青山-7")
    with caplog.at_level(logging.DEBUG):
        said = [
            refused(file, "青山-8"),
            refused(file),
            refused(own.p12(tmp_path / "b.p12", "青山-8", key=False), "青山-8"),
            refused(Certificate("x", ends=0, begins=-9).p12(tmp_path / "c.p12")),
            refused(Certificate("x", begins=2).p12(tmp_path / "d.p12")),
            refused(own.pem(tmp_path / "e.p12")),
            refused(unusable(tmp_path / "f.p12")),
            refused(tmp_path / "g.p12"),
        ]
    wanted = ["密码不对", "密码不对", "没有私钥", "已经过期", "才生效", "不是 PKCS#12", "用不了", "打不开"]
    assert [one for one, part in zip(said, wanted, strict=True) if part not in one] == []
    assert "青山" not in "".join(said) + caplog.text


def test_without_the_library_it_is_said_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch, own: Certificate
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyhanko"]:
        monkeypatch.delitem(sys.modules, name)

    class Block:
        def find_spec(self, name: str, *_: object) -> None:
            if name.partition(".")[0] == "pyhanko":
                raise ModuleNotFoundError(name)

    monkeypatch.setattr(sys, "meta_path", [Block(), *sys.meta_path])
    install = 'pip install "baoxue[sign]"'
    assert install in unavailable()
    assert install in refused(folder.parent / "by.p12", "青山-7")
    with pytest.raises(SignatureError, match="pip install"):
        roots(folder)
    verdict = verify(folder)
    assert verdict.good
    assert verdict.says.startswith(f"{CONSISTENT}（移交单带签名，没有核对：")
    assert signed(blank(), "abc", None)

"""The signature on the hand-over sheet: made with somebody's certificate, it proves from whom the dossier comes.

The sheet carries the digest of the manifest, which has that of everything else: what signs it signs the whole. It is an
ordinary signature of PDF (ISO 32000-1, 12.8), which any reader shows. Nothing is asked of the network: no time stamp,
no list of revoked certificates.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.errors import BaoxueError

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

DIGEST = "/BaoxueManifest"
"""Under which name the hand-over sheet tells programs the digest of the manifest (ISO 32000-1, 14.3.3)."""
FIELD = "Handover"
LIBRARY = "pyhanko"
UNPROVED = "来源未证明"
MISSING = '签名要用的组件没有装，请运行 pip install "baoxue[sign]"'


class SignatureError(BaoxueError):
    """A certificate cannot be used, or what signatures need is not installed."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature on a sheet: whose, the digest that was signed, and in what it fails; nothing where it is good."""

    whose: str
    digest: str = ""
    fails: str = ""


def unavailable() -> str:
    """Return why nothing can be signed or checked here: the optional library is not installed."""
    try:
        import pyhanko.sign  # noqa: F401
    except ImportError:
        return MISSING
    for name in (LIBRARY, "pyhanko_certvalidator"):
        logging.getLogger(name).addHandler(logging.NullHandler())  # what is wrong is told in Chinese, by us
    return ""


# --- signing --------------------------------------------------------------------------------------------------------


def signer_of(file: Path, password: str, now: datetime) -> SimpleSigner:
    """Return who signs with a PKCS#12 file.

    Raises ``SignatureError`` for a wrong password, a certificate that holds no longer or not yet, one without its key,
    what is no such file, and where signing is not installed.
    """
    if why := unavailable():
        raise SignatureError(why)
    from asn1crypto.pkcs12 import Pfx
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import pkcs12
    from pyhanko.sign.signers import SimpleSigner

    data, secret = _read(file), password.encode() or None
    try:
        Pfx.load(data, strict=True)["auth_safe"]["content_type"].native  # noqa: B018  # is parsed when it is asked for
    except (ValueError, TypeError, KeyError):
        told = "不是 PKCS#12 证书文件（.p12、.pfx），请从发证机构的软件里连同私钥一起导出"
        raise SignatureError(f"{file.name} {told}") from None
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(data, secret)
    except (UnsupportedAlgorithm, ValueError) as error:
        if "password" in str(error).lower():
            told = "的密码不对，请用 --sign-password-file 指明写着证书密码的文件"
            raise SignatureError(f"{file.name} {told}") from None
        raise SignatureError(f"{file.name} {UNSUPPORTED}") from None
    if key is None or certificate is None:
        raise SignatureError(f"{file.name} 里没有私钥和它的证书，签不了名；导出证书时请选“包含私钥”")
    if now > certificate.not_valid_after_utc:
        raise SignatureError(f"{file.name} 的证书 {certificate.not_valid_after_utc:%Y-%m-%d} 已经过期，请换一张")
    if now < certificate.not_valid_before_utc:
        raise SignatureError(f"{file.name} 的证书 {certificate.not_valid_before_utc:%Y-%m-%d} 才生效，请查电脑的日期")
    try:
        signer: SimpleSigner = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=secret)
        signed(_trial(), "", signer)
    except (ValueError, NotImplementedError):
        raise SignatureError(f"{file.name} {UNSUPPORTED}") from None
    return signer


UNSUPPORTED = "是用不了的证书（例如国密 SM2），只能用 RSA、ECDSA 的"


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise SignatureError(f"{file} 打不开，请查路径写得对不对") from None


def _trial() -> bytes:
    """Return a PDF that is signed to see whether a certificate can, before anything is made."""
    import pikepdf

    buffer = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(buffer)
    return buffer.getvalue()


def signed(sheet: bytes, digest: str, signer: SimpleSigner | None) -> bytes:
    """Return the hand-over sheet with the digest of the manifest for programs to read, signed where somebody signs."""
    import pikepdf

    buffer = BytesIO()
    with pikepdf.open(BytesIO(sheet)) as pdf:
        pdf.docinfo[DIGEST] = digest
        pdf.save(buffer, deterministic_id=True)
    if signer is None:
        return buffer.getvalue()
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, sign_pdf

    told = PdfSignatureMetadata(FIELD, md_algorithm="sha256", reason="迎检档案移交")
    return bytes(sign_pdf(IncrementalPdfFileWriter(buffer), told, signer).getvalue())


# --- checking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """What the signatures prove: a clause of the verdict, and what is wrong with them."""

    says: str
    found: tuple[str, ...] = ()
    another: tuple[str, ...] = ()  # that the sheet is that of another dossier


def source_of(file: Path, digest: str, trusted: Sequence[Any] = ()) -> Source:
    """Return what the hand-over sheet proves of a manifest with that digest; ``trusted`` are root certificates.

    That it is not signed is wrong only where it is held against certificates.
    """
    sheet = file.read_bytes() if file.is_file() else b""
    if b"/ByteRange" not in sheet:
        told = "没有签名" if sheet else "缺少"
        other = f"{file.name}：是另一份档案的，校验码不是这份清单的"
        another = (other,) if sheet and _digest_on(sheet) not in ("", digest) else ()
        return Source(UNPROVED, (f"{file.name}：{told}",) if trusted else (), another)
    if why := unavailable():
        return Source(f"{UNPROVED}（移交单带签名，没有核对：{why}）")
    found, whose = [], []
    for one in signatures(sheet, trusted):
        if one.fails:
            found.append(f"{file.name}：{one.fails}")
        elif one.digest != digest:
            found.append(f"{file.name}：{one.whose}签的是另一份清单，不是这份档案的")
        whose.append(one.whose)
    if not whose:
        return Source(UNPROVED, (f"{file.name}：签名读不出来，签名以后改过",))
    proved = "证书由给定的根证书签发" if trusted else "是否可信以证书为准"
    return Source(f"签名有效（{'、'.join(whose)}）；{proved}", tuple(found))


def _digest_on(sheet: bytes) -> str:
    """Return the digest that a sheet tells programs; nothing where it tells none."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(sheet)) as pdf:
            return str(pdf.docinfo.get(DIGEST, ""))
    except pikepdf.PdfError:
        return ""


def roots(file: Path) -> list[Any]:
    """Return the certificates of a PEM or DER file; raises ``SignatureError`` where there are none."""
    if why := unavailable():
        raise SignatureError(why)
    from asn1crypto import pem, x509

    data = _read(file)
    try:
        armored = pem.unarmor(data, multiple=True) if pem.detect(data) else [("CERTIFICATE", {}, data)]
        found = [x509.Certificate.load(der, strict=True) for kind, _, der in armored if kind == "CERTIFICATE"]
        for certificate in found:
            certificate.subject.native  # noqa: B018  # is parsed when it is asked for
    except (ValueError, TypeError, KeyError):
        found = []
    if not found:
        raise SignatureError(f"{file.name} 里没有证书，请用 PEM 或 DER 格式的根证书")
    return found


def signatures(sheet: bytes, trusted: Sequence[Any] = ()) -> Iterator[Signature]:
    """Yield the signatures on a hand-over sheet in the order in which they were made.

    A certificate is held against ``trusted`` ones at the time that the signature says, for nobody else knows it.
    """
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        found = PdfFileReader(BytesIO(sheet)).embedded_regular_signatures
    except Exception:  # it was written by anybody
        yield Signature("", fails="签名读不出来，签名以后改过")
        return
    for one in found:
        try:
            yield _checked(sheet, one, trusted)
        except Exception:  # so was this
            yield Signature("", fails="签名无效，签名以后改过")


def _checked(sheet: bytes, one: Any, trusted: Sequence[Any]) -> Signature:
    import pikepdf
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    at = one.self_reported_timestamp
    context = ValidationContext(
        trust_roots=list(trusted), allow_fetching=False, moment=at if trusted else None, revocation_mode="soft-fail"
    )
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    status = validate_pdf_signature(one, context, key_usage_settings=usage)
    whose = _called(one.signer_cert)
    whole = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    if not (status.intact and status.valid and whole and status.docmdp_ok):
        return Signature(whose, fails=f"{whose}的签名无效，签名以后改过")
    if trusted and not status.trusted:
        return Signature(whose, fails=f"{whose}的证书不是 --trust 里的证书签发的，或当时已经失效")
    with pikepdf.open(BytesIO(sheet[: int(one.byte_range[2]) + int(one.byte_range[3])])) as pdf:
        return Signature(whose, str(pdf.docinfo.get(DIGEST, "")))  # as it was when it was signed


def _called(certificate: Any) -> str:
    """Return of whom a certificate is."""
    told = certificate.subject.native
    names = [str(told[key]) for key in ("common_name", "organization_name") if isinstance(told.get(key), str)]
    text = "，".join(dict.fromkeys(names)) or str(certificate.subject.human_friendly)
    return "".join(letter if letter.isprintable() else " " for letter in text)

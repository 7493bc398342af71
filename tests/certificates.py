"""Certificates that sign for nobody, made for a test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Certificate:
    """A certificate, signed by itself or by another, that holds from one day of now to another."""

    def __init__(self, name: str, issuer: Certificate | None = None, begins: int = -1, ends: int = 30) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(
            digital_signature=True, key_cert_sign=issuer is None, content_commitment=False, key_encipherment=False,
            data_encipherment=False, key_agreement=False, crl_sign=False, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name((issuer or self).name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + begins * DAY)
            .not_valid_after(NOW + ends * DAY)
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .sign((issuer or self).key, hashes.SHA256())
        )

    def p12(self, path: Path, password: str = "", *, key: bool = True) -> Path:
        """Write it with its key, or without, as a PKCS#12 file."""
        lock: KeySerializationEncryption = NoEncryption()
        if password:
            lock = BestAvailableEncryption(password.encode())
        if key:
            path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", self.key, self.certificate, None, lock))
        else:
            path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", None, None, [self.certificate], lock))
        return path

    def pem(self, path: Path) -> Path:
        """Write it without its key."""
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return path


def unusable(path: Path) -> Path:
    """Write a PKCS#12 file with a key of a kind that signs no PDF here."""
    key = ed448.Ed448PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .sign(key, None)
    )
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, NoEncryption()))
    return path

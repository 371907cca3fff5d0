"""The electronic signature of a paper: appended to its bytes, checked against the certificate of the instance."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

KEY_FILE, CERTIFICATE_FILE = "signing-key.pem", "signing-certificate.pem"
YEARS = 20
FIELD = "Signature"


@dataclass(frozen=True)
class Signer:
    """The key a body signs with, and the certificate it hands to those who check."""

    key: bytes
    certificate: bytes  # both PEM


@dataclass(frozen=True)
class SignatureCheck:
    """What is known of a file that claims to be signed. ``reason`` says in English what is wrong."""

    signed: bool = False
    intact: bool = False  # not one byte differs
    trusted: bool = False  # by this certificate's key
    covers_file: bool = False  # nothing was appended
    signer: str = ""
    at: datetime | None = None
    reason: str = ""

    @property
    def valid(self) -> bool:
        return self.signed and self.intact and self.trusted and self.covers_file


def ensure_signer(keys_folder: Path, common_name: str, now: datetime) -> Signer:
    """The instance's signer, made at set-up and kept."""
    key_file, certificate_file = keys_folder / KEY_FILE, keys_folder / CERTIFICATE_FILE
    if not certificate_file.exists():
        keys_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = ec.generate_private_key(ec.SECP256R1())
        written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _write_secret(key_file, written)
        certificate_file.write_bytes(_self_signed(key, common_name, now).public_bytes(Encoding.PEM))
    return Signer(key_file.read_bytes(), certificate_file.read_bytes())


def ends_at(certificate: bytes) -> datetime:
    """When it runs out; raises ``ValueError`` where it is no certificate."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _write_secret(path: Path, content: bytes) -> None:
    """Readable by its owner alone from the first moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    path.chmod(0o600)


def _self_signed(key: ec.EllipticCurvePrivateKey, common_name: str, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=366 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def sign(pdf: bytes, signer: Signer, reason: str, at: datetime) -> bytes:
    """The file with a certifying signature appended, after which no change is allowed; it begins with ``pdf``."""
    # pyHanko takes a second to import: only who signs or checks waits for it.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

    class DatedSigner(PdfSigner):  # type: ignore[misc, unused-ignore]
        """pyHanko would read the clock."""

        def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
            session = super().init_signing_session(*arguments, **options)
            session.system_time = at
            return session

    metadata = PdfSignatureMetadata(
        field_name=FIELD, reason=reason, subfilter=SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, md_algorithm="sha256",
    )
    made = BytesIO()
    DatedSigner(metadata, signer=_pyhanko_signer(signer)).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=made)
    return made.getvalue()


def _pyhanko_signer(signer: Signer) -> Any:
    from asn1crypto import keys
    from pyhanko.sign import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = load_pem_private_key(signer.key, password=None)
    stored = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=_parsed(signer.certificate), signing_key=keys.PrivateKeyInfo.load(stored),
        cert_registry=SimpleCertificateStore(),
    )


def _parsed(certificate: bytes) -> Any:
    """A PEM certificate as pyHanko wants it."""
    from asn1crypto import x509 as parsed

    return parsed.Certificate.load(x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER))


def check(pdf: bytes, certificate: bytes | None) -> SignatureCheck:
    """What the file's signature is worth to somebody who holds this certificate (PEM), or none. Never raises on a bad
    file."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError, OSError) as error:
        return SignatureCheck(reason=f"The file cannot be read as PDF: {error}")
    if len(signatures) != 1:
        return SignatureCheck(reason=f"The file bears {len(signatures)} signatures where one is expected.")
    try:
        return _check_one(signatures[0], certificate)
    except (PdfError, ValueError, OSError, LookupError, TypeError) as error:
        return SignatureCheck(signed=True, reason=f"The signature cannot be read: {error}")


def _check_one(signature: Any, certificate: bytes | None) -> SignatureCheck:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    at = signature.self_reported_timestamp
    # The moment of signing, not of checking: a bulletin stays good when the certificate has run out.
    # Validity is judged by the certificate in the file; whether that one is *this* one is compared byte by byte.
    own = signature.signer_cert
    context = ValidationContext(trust_roots=[own], allow_fetching=False, moment=at)
    status = validate_pdf_signature(signature, signer_validation_context=context)
    known = certificate is not None and own.dump() == _parsed(certificate).dump()
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE and bool(status.docmdp_ok)
    found = SignatureCheck(
        signed=True, intact=bool(status.intact and status.valid), trusted=bool(status.trusted and known),
        covers_file=whole, signer=status.signing_cert.subject.native.get("common_name", ""), at=at,
    )
    return replace(found, reason=_reason(found))


def _reason(found: SignatureCheck) -> str:
    if not found.intact:
        return "The file was changed after it was signed."
    if not found.covers_file:
        return "Something was added to the file after it was signed."
    if not found.trusted:
        return "It was signed with a key that is not the one of this certificate."
    return ""

"""Time stamps of somebody outside (RFC 3161): asking for one, and what a given one proves.

What is kept is the whole answer of the service, as `openssl ts` reads it: everybody can check it without us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    ExtendedKeyUsage,
    ExtensionNotFound,
    InvalidVersion,
    KeyUsage,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.kernel.errors import Invalid, Refused

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_STEPS = 6
"""Certificates between a service and an authority that we know, at most."""

NO_STAMP = "不是时间戳服务的应答（RFC 3161）"


class Answer(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """What a service answers (RFC 3161, 2.4.2): without a token where it refuses, which `tsp.TimeStampResp` does not know."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says: when, by whom, and whether that one leads to an authority in our file (None without one)."""

    at: datetime
    authority: str
    trusted: bool | None


def asked_for(data: bytes, nonce: int) -> bytes:
    """Return the request for a stamp over some bytes; the service learns their hash alone."""
    return bytes(
        tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(data).digest(),
                },
                "nonce": nonce,
                "cert_req": True,
            }
        ).dump()
    )


def authorities_in(file: Path | None) -> list[Certificate] | None:
    """Return the certificates of a PEM file; None where none is set. Raises Refused for what is no such file."""
    if file is None:
        return None
    try:
        return load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Refused(f"时间戳的根证书文件 {file} 不能读取，应为 PEM 证书。", code="stamp_authorities") from error


def read_stamp(
    answer: bytes, data: bytes, *, authorities: Sequence[Certificate] | None, nonce: int | None = None
) -> Stamp:
    """Return what an answer stamps, checked as far as anybody can: that it is over `data`, signed by a certificate for
    time stamps alone that was valid then, and led by others to one of `authorities`. On receipt with its `nonce`.

    Raises Invalid (`time_stamp`) with what does not hold.
    """
    try:
        return _read(answer, data, authorities, nonce)
    except (ValueError, TypeError, KeyError, AttributeError, UnsupportedAlgorithm, InvalidVersion) as error:
        raise _wrong(NO_STAMP) from error


def _wrong(why: str) -> Invalid:
    return Invalid(f"时间戳不能采用：{why}。", code="time_stamp")


def _read(answer: bytes, data: bytes, authorities: Sequence[Certificate] | None, nonce: int | None) -> Stamp:
    told = Answer.load(answer, strict=True)
    if told["status"]["status"].native not in ("granted", "granted_with_mods"):
        said = "；".join(told["status"]["status_string"].native or ())
        raise _wrong(f"服务拒绝了请求（{said or told['status']['status'].native}）")
    token = told["time_stamp_token"]
    if token["content_type"].native != "signed_data":
        raise _wrong(NO_STAMP)
    signed = token["content"]
    held = signed["encap_content_info"]
    if held["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise _wrong(NO_STAMP)
    info, signer = held["content"].parsed, signed["signer_infos"][0]
    imprint = info["message_imprint"]
    if (imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native) != (
        "sha256",
        hashlib.sha256(data).digest(),
    ):
        raise _wrong("不是对这份内容加盖的")
    if nonce is not None and info["nonce"].native != nonce:
        raise _wrong("不是对这次请求的应答")
    carried = [load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"] or ()]
    by = _signed_by(signer, held["content"].contents, (*carried, *(authorities or ())))
    at = info["gen_time"].native
    if not _valid(by, at):
        raise _wrong("签发时证书不在有效期内")
    if not _for_stamps(by):
        raise _wrong("证书不是时间戳专用证书")
    trusted = None if authorities is None else _leads_up(by, carried, authorities, at, _STEPS)
    if trusted is False:
        raise _wrong("签发机构不在所设的根证书之内")
    return Stamp(at, _named(by), trusted)


def _signed_by(signer: Any, content: bytes, among: Sequence[Certificate]) -> Certificate:
    """Return the certificate that signed the content. Raises Invalid where none of them did."""
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in _HASHES or attributes["content_type"][0].native != "tst_info":
        raise _wrong(NO_STAMP)
    if attributes["message_digest"][0].native != hashlib.new(digest, content).digest():
        raise _wrong("签名与内容不符")
    by = next((one for one in among if _meant(attributes, one)), None)
    if by is None:
        raise _wrong("没有签名所指的证书")
    try:
        _check(by.public_key(), signer, digest, signer["signed_attrs"].untag().dump())
    except InvalidSignature as error:
        raise _wrong("签名与内容不符") from error
    return by


def _meant(attributes: dict[str, Any], certificate: Certificate) -> bool:
    """Whether the signed attributes name a certificate by its hash (RFC 5816; by SHA-1 in RFC 2634)."""
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"][0]["certs"][0]
        kind = first["hash_algorithm"]["algorithm"].native
        return kind in _HASHES and bool(certificate.fingerprint(_HASHES[kind]()) == first["cert_hash"].native)
    first = attributes["signing_certificate"][0]["certs"][0]
    return bool(certificate.fingerprint(hashes.SHA1()) == first["cert_hash"].native)  # noqa: S303 - as RFC 2634 has it


def _check(key: object, signer: cms.SignerInfo, digest: str, covered: bytes) -> None:
    """Raise InvalidSignature where a signature is wrong, UnsupportedAlgorithm for keys that nobody here knows."""
    signature, kind = signer["signature"].native, signer["signature_algorithm"].signature_algo
    if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
        told = signer["signature_algorithm"]["parameters"]
        mine = _HASHES[told["hash_algorithm"]["algorithm"].native]()
        key.verify(signature, covered, padding.PSS(padding.MGF1(mine), told["salt_length"].native), mine)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, covered, padding.PKCS1v15(), _HASHES[digest]())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, covered, ec.ECDSA(_HASHES[digest]()))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, covered)
    else:
        raise UnsupportedAlgorithm(kind)


def _for_stamps(certificate: Certificate) -> bool:
    """Whether a certificate is for time stamps and nothing else, and says so to who does not ask (RFC 3161, 2.3)."""
    try:
        told = certificate.extensions.get_extension_for_class(ExtendedKeyUsage)
    except ExtensionNotFound:
        return False
    return told.critical and list(told.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def _leads_up(
    certificate: Certificate,
    between: Sequence[Certificate],
    authorities: Sequence[Certificate],
    at: datetime,
    left: int,
) -> bool:
    if not left or not _valid(certificate, at):
        return False
    return certificate in authorities or any(
        _leads_up(one, between, authorities, at, left - 1)
        for one in _issuers(certificate, (*authorities, *between))
        if one != certificate
    )


def _issuers(certificate: Certificate, among: Sequence[Certificate]) -> Iterator[Certificate]:
    for one in among:
        if one.subject == certificate.issuer and _may_issue(one):
            try:
                certificate.verify_directly_issued_by(one)
            except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
                continue
            yield one


def _may_issue(certificate: Certificate) -> bool:
    try:
        if not certificate.extensions.get_extension_for_class(BasicConstraints).value.ca:
            return False
        return certificate.extensions.get_extension_for_class(KeyUsage).value.key_cert_sign
    except ExtensionNotFound as lacking:
        return lacking.oid == KeyUsage.oid


def _valid(certificate: Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _named(certificate: Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()

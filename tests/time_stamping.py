"""A time stamping service of our own (RFC 3161), in this process: it issues real tokens, and wrong ones where it is told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from models.kernel.errors import Refused
from models.kernel.record.time_stamps import Answer

BEGAN, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def issued(
    name: str,
    by: Issued | None = None,
    *,
    ca: bool = False,
    uses: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
    until: datetime = ENDS,
) -> Issued:
    """Return a certificate by an authority, or one that it issued to itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = named(name)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGAN)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        built = built.add_extension(x509.ExtendedKeyUsage(list(uses)), critical=critical)
    return Issued(built.sign(key if by is None else by.key, SHA256()), key)


@dataclass
class Service:
    """Answers requests. What is set here is answered in place of what is right."""

    root: Issued
    between: Issued
    signer: Issued
    at: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    says: dict[str, Any] = field(default_factory=dict)
    refuses: str | None = None
    down: bool = False
    asked: int = 0

    def write_authorities(self, file: Path) -> Path:
        file.write_bytes(self.root.certificate.public_bytes(Encoding.PEM))
        return file

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request, DER."""
        self.asked += 1
        if self.down:
            raise Refused("时间戳服务没有应答。", code="stamp_service")
        asked = tsp.TimeStampReq.load(request, strict=True)
        if self.refuses is not None:
            status = {"status": "rejection", "status_string": [self.refuses]}
            return bytes(Answer({"status": status}).dump())
        told: dict[str, Any] = {
            "version": "v1",
            "policy": "1.2.3.4.1",
            "message_imprint": asked["message_imprint"].native,
            "serial_number": self.asked,
            "gen_time": self.at,
            "nonce": asked["nonce"].native,
        }
        token = cms.ContentInfo({"content_type": "signed_data", "content": self._signed(tsp.TSTInfo(told | self.says))})
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _signed(self, info: tsp.TSTInfo) -> cms.SignedData:
        content, own = info.dump(), self.signer.certificate
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
                cms.CMSAttribute(
                    {
                        "type": "signing_certificate_v2",
                        "values": [
                            tsp.SigningCertificateV2(
                                {"certs": [tsp.ESSCertIDv2({"cert_hash": own.fingerprint(SHA256())})]}
                            )
                        ],
                    }
                ),
            ]
        )
        certificates = [
            asn1_x509.Certificate.load(one.certificate.public_bytes(Encoding.DER))
            for one in (self.signer, self.between)
        ]
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
                "certificates": certificates,
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            "issuer_and_serial_number",
                            {"issuer": certificates[0].issuer, "serial_number": own.serial_number},
                        ),
                        "digest_algorithm": digest,
                        "signed_attrs": attributes,
                        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                        "signature": self.signer.key.sign(attributes.dump(), ec.ECDSA(SHA256())),
                    }
                ],
            }
        )


@cache
def _certificates() -> tuple[Issued, Issued, Issued]:
    root = issued("示例根证书", ca=True)
    between = issued("示例中间证书", root, ca=True)
    return root, between, issued("示例时间戳服务", between)


def service(at: datetime | None = None) -> Service:
    """Return a service with an authority of its own."""
    made = Service(*_certificates())
    made.at = at or made.at
    return made


def expired(by: Issued) -> Issued:
    """Return a certificate for stamps that has ended."""
    return issued("过期的时间戳服务", by, until=BEGAN + timedelta(days=1))


@contextmanager
def listening(served: Service) -> Iterator[str]:
    """Serve over http on this machine; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if served.down or self.headers["Content-Type"] != "application/timestamp-query":
                self.send_error(503)
                return
            answer = served.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

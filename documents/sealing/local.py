"""A working example of a provider: pyHanko signs the PDF (PAdES) with a key of the office's own, kept in a file.

It shows a red ring with a star, not an approved seal: whoever has a seal service of the authorities puts that in its
place. Needs the extra `seal`.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from documents.sealing import Place, SealReport
from documents.sealing.placing import place_over_date
from models.kernel.errors import Invalid, Refused
from models.papers.rules.electronic_seal import Sealed, SealRequest

if TYPE_CHECKING:
    from pyhanko.sign.signers import PdfSigner, SimpleSigner
    from pyhanko.stamp import StaticStampStyle

RADIUS = 21 * 72 / 25.4  # points: a round official seal of a city's body is 42 mm wide
_FIELD = "Seal"


def available() -> bool:
    """Whether pyHanko is installed."""
    try:
        import pyhanko.sign  # noqa: F401 - only asked for
    except ImportError:
        return False
    return True


@dataclass(frozen=True)
class LocalSeal:
    """Seals with the key in a PKCS#12 file, at the moment given; files sealed with that key are trusted.

    The seal is seen over issuer and date where the paper shows its date, else it is there without a picture.
    """

    key: bytes
    passphrase: bytes | None
    at: datetime
    name: str = "本机密钥（示例）"

    def seal(self, pdf: bytes, request: SealRequest) -> Sealed:
        """Return the PDF with a signature over all that was there before, and the certificate's holder and number.

        Raises Invalid for no PDF, Refused where the key cannot be read or pyHanko is not installed.
        """
        signer = self._load()
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.pdf_utils.misc import PdfError

        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
            place = place_over_date(pdf, request.issued_on)
            sealed = self._signing(signer, request, place).sign_pdf(writer).getvalue()
        except PdfError as error:
            raise Invalid("不是完好的 PDF 文件，不能加盖电子印章。", code="not_pdf") from error
        certificate = signer.signing_cert
        assert certificate is not None, "loaded with its certificate"
        holder = certificate.subject.native.get("common_name", "")
        return Sealed(bytes(sealed), f"{holder}，证书序列号{certificate.serial_number:X}")

    def examine(self, pdf: bytes) -> list[SealReport]:
        """Return what each signature on a PDF shows at this seal's moment; none for a file without seal."""
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext

        covers_all = (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
        own = self._load().signing_cert
        reports = []
        try:
            for signature in PdfFileReader(io.BytesIO(pdf), strict=False).embedded_signatures:
                context = ValidationContext(trust_roots=[own], moment=self.at.astimezone(UTC), allow_fetching=False)
                status = validate_pdf_signature(signature, signer_validation_context=context)
                whole = status.intact and status.valid and status.coverage in covers_all
                unchanged = whole and status.modification_level is not None and status.bottom_line
                reports.append(
                    SealReport(
                        intact=bool(unchanged) if status.trusted else whole,
                        trusted=status.trusted,
                        sealed_by=status.signing_cert.subject.native.get("common_name", ""),
                        at=status.signer_reported_dt,
                    )
                )
        except PdfError as error:
            raise Invalid("不是完好的 PDF 文件，不能检查电子印章。", code="not_pdf") from error
        return reports

    def _load(self) -> SimpleSigner:
        if not available():
            raise Refused("本机未安装电子印章组件，请安装 shencha[seal] 或者改用纸质用印。", code="seal_absent")
        from cryptography.hazmat.primitives.serialization import pkcs12
        from pyhanko.sign.signers import SimpleSigner

        try:
            pkcs12.load_key_and_certificates(self.key, self.passphrase)  # pyHanko would only log what is wrong
            signer: SimpleSigner | None = SimpleSigner.load_pkcs12_data(
                self.key, other_certs=[], passphrase=self.passphrase
            )
        except ValueError as error:
            raise Refused("电子印章的密钥文件或者口令不正确，请检查设置。", code="seal_key") from error
        if signer is None or signer.signing_cert is None:
            raise Refused("电子印章的密钥文件中没有密钥和证书，请检查设置。", code="seal_key")
        return signer

    def _signing(self, signer: SimpleSigner, request: SealRequest, place: Place | None) -> PdfSigner:
        from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata
        from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession

        moment = self.at

        class Dated(PdfSigner):
            """Signs at the moment that it was given, not at the machine's."""

            def init_signing_session(self, *args: object, **options: object) -> PdfSigningSession:
                session = super().init_signing_session(*args, **options)  # type: ignore[arg-type] # handed on as they came
                session.system_time = moment
                return session

        return Dated(
            PdfSignatureMetadata(
                field_name=_FIELD,
                name=request.issuer,
                reason=f"{request.number} {request.title}",
                subfilter=SigSeedSubFilter.PADES,
                md_algorithm="sha256",
            ),
            signer=signer,
            stamp_style=_ring() if place else None,
            new_field_spec=SigFieldSpec(_FIELD, on_page=place.page, box=_box(place)) if place else None,
        )


def _box(place: Place) -> tuple[int, int, int, int]:
    left, lower = round(place.x - RADIUS), round(place.y - RADIUS)
    return left, lower, left + round(2 * RADIUS), lower + round(2 * RADIUS)


def _ring() -> StaticStampStyle:
    """A red ring and a five-pointed star, 100 units wide, scaled into the box."""
    from pyhanko.pdf_utils.content import RawContent
    from pyhanko.pdf_utils.layout import BoxConstraints
    from pyhanko.stamp import StaticStampStyle

    ring, bend = 47.0, 47.0 * 4 * (math.sqrt(2) - 1) / 3
    quarter = "".join(
        f"{50 + a * ring + b * bend:.2f} {50 + c * ring + d * bend:.2f} {50 + e * ring + f * bend:.2f} "
        f"{50 + g * ring + h * bend:.2f} {50 + i * ring:.2f} {50 + j * ring:.2f} c "
        for a, b, c, d, e, f, g, h, i, j in (
            (1, 0, 0, 1, 0, 1, 1, 0, 0, 1),
            (0, -1, 1, 0, -1, 0, 0, 1, -1, 0),
            (-1, 0, 0, -1, 0, -1, -1, 0, 0, -1),
            (0, 1, -1, 0, 1, 0, 0, -1, 1, 0),
        )
    )
    points = [(math.pi / 2 + n * 4 * math.pi / 5, 16.0) for n in range(5)]
    star = " ".join(
        f"{50 + r * math.cos(t):.2f} {50 + r * math.sin(t):.2f} {'l' if n else 'm'}" for n, (t, r) in enumerate(points)
    )
    drawn = f"q 0.85 0 0 RG 0.85 0 0 rg 3 w {50 + ring:.2f} 50 m {quarter}s {star} h f Q"
    return StaticStampStyle(
        background=RawContent(drawn.encode(), box=BoxConstraints(width=100, height=100)),
        background_opacity=0.8,
        border_width=0,
    )

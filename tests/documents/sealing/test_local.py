"""The example of an electronic seal: sealed, examined, broken."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pypdf import PdfReader, PdfWriter

from documents import pdf, render
from documents.sealing.local import RADIUS, LocalSeal
from documents.sealing.placing import place_over_date
from models.kernel.errors import Invalid, Refused
from models.papers.rules.electronic_seal import SealProvider, SealRequest
from tests.documents import samples

AT = datetime(2026, 4, 8, 7, 20, tzinfo=UTC)
ISSUER = "江城市公安局交通警察支队"
REQUEST = SealRequest(ISSUER, "江公交调〔2026〕12号", "关于落实整改措施的通知", date(2026, 4, 8))


def key(name: str = "江城市公安局交通警察支队") -> bytes:
    """A self-signed key in PKCS#12, as the administrator makes it once."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(AT - timedelta(days=30))
        .not_valid_after(AT + timedelta(days=365))
        .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
        .sign(private, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(b"seal", private, certificate, None, BestAvailableEncryption(b"pass"))


@pytest.fixture(scope="module")
def seal() -> LocalSeal:
    return LocalSeal(key(), b"pass", AT + timedelta(minutes=1))


@pytest.fixture(scope="module")
def paper() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(stream)
    return stream.getvalue()


def test_a_sealed_paper_is_whole_trusted_and_dated_by_the_moment_given(seal: LocalSeal, paper: bytes) -> None:
    provider: SealProvider = seal
    made = provider.seal(paper, REQUEST)
    assert made.pdf.startswith(paper), "the original stays inside"
    assert made.certificate == f"{ISSUER}，证书序列号7"
    (report,) = LocalSeal(seal.key, seal.passphrase, AT + timedelta(days=9)).examine(made.pdf)
    assert report.good
    assert (report.sealed_by, report.at) == (ISSUER, seal.at)
    assert b"/ETSI.CAdES.detached" in made.pdf


def test_a_changed_byte_breaks_the_seal(seal: LocalSeal, paper: bytes) -> None:
    sealed = bytearray(seal.seal(paper, REQUEST).pdf)
    at = sealed.index(b"/MediaBox")
    sealed[at + 12 : at + 13] = b"1" if sealed[at + 12 : at + 13] != b"1" else b"2"
    assert not any(report.intact for report in seal.examine(bytes(sealed)))


def test_another_bodys_seal_is_not_trusted(seal: LocalSeal, paper: bytes) -> None:
    (report,) = seal.examine(LocalSeal(key("某公司"), b"pass", AT).seal(paper, REQUEST).pdf)
    assert (report.trusted, report.good, report.sealed_by) == (False, False, "某公司")


def test_an_unsealed_paper_has_no_seal_to_report(seal: LocalSeal, paper: bytes) -> None:
    assert seal.examine(paper) == []


def test_a_wrong_key_passphrase_or_file_is_told_in_words(seal: LocalSeal, paper: bytes) -> None:
    for wrong in (LocalSeal(seal.key, b"other", AT), LocalSeal(b"no key", b"pass", AT)):
        with pytest.raises(Refused, match="密钥文件或者口令不正确"):
            wrong.seal(paper, REQUEST)
    with pytest.raises(Invalid, match="不是完好的 PDF"):
        seal.seal(b"not a pdf", REQUEST)
    with pytest.raises(Invalid, match="不是完好的 PDF"):
        seal.examine(b"not a pdf")


@pytest.mark.office
@pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed")
def test_the_seal_stands_over_issuer_and_date(seal: LocalSeal) -> None:
    (made,) = pdf.convert([render(samples.notice())])
    place = place_over_date(made, REQUEST.issued_on)
    assert place is not None
    assert place.page < len(PdfReader(io.BytesIO(made)).pages) - 1, "not on the enclosed form"
    assert place.x > 595 / 2
    assert place_over_date(made, date(2026, 1, 1)) is None
    sealed = seal.seal(made, REQUEST).pdf
    assert seal.examine(sealed)[0].good
    (field,) = PdfReader(io.BytesIO(sealed)).pages[place.page]["/Annots"]  # type: ignore[misc]
    left, lower, right, upper = (float(n) for n in field.get_object()["/Rect"])
    assert ((left + right) / 2, (lower + upper) / 2) == (pytest.approx(place.x, abs=1), pytest.approx(place.y, abs=1))
    assert right - left == pytest.approx(2 * RADIUS, abs=1)

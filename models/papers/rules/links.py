"""The link and the answer code on a notice: both follow from the office's secret, so a paper built again has the same."""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata

CODE_LENGTH = 8
KEY_MARK = 16  # hex digits


def token(secret: bytes, document_id: int, version: int) -> str:
    """Return what the address of a notice ends with. Nobody finds it by trying, and a changed paper has another."""
    found = base64.b32encode(_digest(secret, "link", document_id, version)[:16]).decode().rstrip("=")
    return found.lower()


def hazard_token(secret: bytes, link_id: int) -> str:
    """Return what the address of a link for reporting hazards ends with; the same as long as the secret is."""
    return base64.b32encode(_digest(secret, "hazard", link_id, 1)[:16]).decode().rstrip("=").lower()


def answer_code(secret: bytes, document_id: int, version: int) -> str:
    """Return the digits that a formal answer asks for. They stand in the sealed paper alone, never in its address."""
    number = int.from_bytes(_digest(secret, "code", document_id, version)[:8], "big") % 10**CODE_LENGTH
    return f"{number:0{CODE_LENGTH}d}"


def is_code(secret: bytes, document_id: int, version: int, given: str) -> bool:
    """Return whether the digits are those of the paper; spaces between them, and broad digits, are what people write."""
    written = "".join(unicodedata.normalize("NFKC", given).split())
    return hmac.compare_digest(
        answer_code(secret, document_id, version).encode(), written.encode("utf-8", "surrogatepass")
    )


def fingerprint(given: str) -> str:
    """Return what is kept of a token: the tables do not open the notice."""
    return hashlib.sha256(given.encode()).hexdigest()


def key_fingerprint(secret: bytes) -> str:
    """Return what the database keeps of the office's secret: enough to know another one by, nothing to find it from."""
    return hmac.new(secret, b"shencha/link-key/fingerprint", hashlib.sha256).hexdigest()[:KEY_MARK]


def _digest(secret: bytes, purpose: str, document_id: int, version: int) -> bytes:
    return hmac.new(secret, f"{purpose}/{document_id}/{version}".encode(), hashlib.sha256).digest()

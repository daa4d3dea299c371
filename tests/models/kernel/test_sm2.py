"""SM2 signatures: as the standard's own example has them, and alike in both programs that know them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.archive import verify as verifier
from models.kernel.errors import Refused
from models.kernel.record import sm2
from models.kernel.record.checkpoints import check_line, take_checkpoint
from models.kernel.record.signatures import good, make_key, signer_in
from tests.stories import Story

# The example of GB/T 32918.5-2017, annex A.
PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
TEXT = b"message digest"
PUBLIC = (
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
SIGNATURE = (
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def test_the_example_of_the_standard_comes_out_digit_by_digit() -> None:
    assert sm2.public_of(PRIVATE).hex() == PUBLIC
    assert sm2.sign(PRIVATE, TEXT, iter([NONCE])).hex() == SIGNATURE
    assert sm2.verify(bytes.fromhex(PUBLIC), TEXT, bytes.fromhex(SIGNATURE))
    assert verifier._sm2_signed(PUBLIC, TEXT, SIGNATURE)


@settings(max_examples=25)
@given(st.integers(1, sm2.N - 2), st.binary(max_size=200), st.integers(0, 511))
def test_the_same_text_has_one_signature_and_one_changed_bit_is_seen_by_both_programs(
    private: int, data: bytes, bit: int
) -> None:
    public, signature = sm2.public_of(private), bytearray(sm2.sign(private, data))
    assert signature == sm2.sign(private, data)
    assert good("SM2", public.hex(), data, bytes(signature)) is True
    assert verifier._sm2_signed(public.hex(), data, signature.hex())
    signature[bit // 8] ^= 1 << bit % 8
    assert good("SM2", public.hex(), data, bytes(signature)) is False
    assert not verifier._sm2_signed(public.hex(), data, signature.hex())
    assert not sm2.verify(public, data + b"x", sm2.sign(private, data))


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        ("", SIGNATURE),
        ("zz", SIGNATURE),
        ("03" + PUBLIC[2:], SIGNATURE),
        (PUBLIC[:-2] + "14", SIGNATURE),  # no point of the curve
        ("04" + "ff" * 64, SIGNATURE),
        (PUBLIC, ""),
        (PUBLIC, "00" * 64),
        (PUBLIC, SIGNATURE[:64] + f"{sm2.N:064x}"),
        (PUBLIC, SIGNATURE[:64] + f"{sm2.N - int(SIGNATURE[:64], 16):064x}"),  # r + s = n
    ],
)
def test_what_is_no_key_or_signature_is_wrong_and_no_error(public: str, signature: str) -> None:
    assert good("SM2", public, TEXT, bytes.fromhex(signature)) is False
    assert not verifier._sm2_signed(public, TEXT, signature)


def test_a_new_key_is_read_again_and_the_file_says_by_which_algorithm_it_signs(tmp_path: Path) -> None:
    for algorithm, called, digits in (("sm2", "SM2", 130), ("ed25519", "Ed25519", 64)):
        make_key(tmp_path / algorithm, algorithm)  # type: ignore[arg-type] # two of the two
        signer = signer_in(tmp_path / algorithm)
        assert signer is not None
        assert (signer.algorithm, len(signer.public)) == (called, digits)
        assert (tmp_path / algorithm).stat().st_mode & 0o077 == 0
        assert good(called, signer.public, TEXT, signer.sign(TEXT)) is True


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
def test_openssl_reads_our_keys_and_accepts_our_signatures_and_we_take_its_keys(tmp_path: Path) -> None:
    def openssl(*arguments: str) -> str:
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    if "SM2" not in openssl("list", "-public-key-algorithms"):
        pytest.skip("this openssl has no SM2")
    make_key(tmp_path / "ours", "sm2")
    signer = signer_in(tmp_path / "ours")
    assert signer is not None
    openssl("pkey", "-in", "ours", "-pubout", "-out", "public")
    r, s = (int.from_bytes(signer.sign(TEXT)[at : at + 32]) for at in (0, 32))
    (tmp_path / "text").write_bytes(TEXT)
    (tmp_path / "signature").write_bytes(_der(r, s))
    told = ("-pubin", "-inkey", "public", "-rawin", "-in", "text", "-digest", "sm3", "-sigfile", "signature")
    assert "Success" in openssl("pkeyutl", "-verify", *told, "-pkeyopt", f"distid:{sm2.USER.decode()}")
    openssl("genpkey", "-algorithm", "SM2", "-out", "theirs")
    openssl("ec", "-in", "theirs", "-out", "short")
    whole, short = signer_in(tmp_path / "theirs"), signer_in(tmp_path / "short")
    assert whole is not None
    assert short is not None
    assert whole.public == short.public
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "other")
    with pytest.raises(Refused, match="不是 Ed25519 或者 SM2 私钥"):
        signer_in(tmp_path / "other")


def _der(*numbers: int) -> bytes:
    parts = b"".join(b"\x02" + bytes([len(raw := one.to_bytes(one.bit_length() // 8 + 1))]) + raw for one in numbers)
    return b"\x30" + bytes([len(parts)]) + parts


def test_a_checkpoint_signed_by_sm2_follows_one_signed_by_ed25519(story: Story, tmp_path: Path) -> None:
    make_key(tmp_path / "old")
    make_key(tmp_path / "new", "sm2")
    lines = []
    for variant, key in enumerate(("old", "new")):
        story.file("ezhou-one-death", variant=variant)
        with story.installation.as_system(story.at) as act:
            taken = take_checkpoint(act, signer := signer_in(tmp_path / key))
            lines.append((taken.line, taken.line_sha256))
    assert signer is not None
    assert list(check_line(lines[1][0], previous=lines[0][1], public=signer.public)) == []
    changed = lines[1][0].replace('"streams":', '"streams":1')
    assert [fault.code for fault in check_line(changed, previous=None)] == ["checkpoint_signature"]

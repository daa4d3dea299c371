"""Time stamps of RFC 3161: what proves the moment is taken, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from models.kernel.errors import Invalid, Refused
from models.kernel.record.time_stamps import asked_for, authorities_in, read_stamp
from tests.time_stamping import Service, expired, issued, service

LINE, NONCE = b'{"format":"shencha-checkpoint/1"}\n', 2**63 + 5


def test_a_stamp_over_our_line_by_an_authority_of_ours_says_when_and_by_whom() -> None:
    served = service()
    answer = served.answer(asked_for(LINE, NONCE))
    stamp = read_stamp(answer, LINE, nonce=NONCE, authorities=[served.root.certificate])
    assert (stamp.at, stamp.authority, stamp.trusted) == (served.at, "示例时间戳服务", True)
    assert read_stamp(answer, LINE, authorities=[served.signer.certificate]).trusted is True
    assert read_stamp(answer, LINE, authorities=None).trusted is None


def of_another_line(served: Service) -> bytes:
    return served.answer(asked_for(LINE + b"x", NONCE))


def of_another_request(served: Service) -> bytes:
    return served.answer(asked_for(LINE, NONCE + 1))


def without_nonce(served: Service) -> bytes:
    served.says["nonce"] = None
    return served.answer(asked_for(LINE, NONCE))


def refused(served: Service) -> bytes:
    served.refuses = "配额已用完"
    return served.answer(asked_for(LINE, NONCE))


def by(make: Callable[[Service], object]) -> Callable[[Service], bytes]:
    def answer(served: Service) -> bytes:
        served.signer = make(served)  # type: ignore[assignment] # each makes one
        return served.answer(asked_for(LINE, NONCE))

    return answer


def signed_by_another_key(served: Service) -> bytes:
    stranger = issued("示例时间戳服务", served.between)
    served.signer = type(stranger)(served.signer.certificate, stranger.key)
    return served.answer(asked_for(LINE, NONCE))


@pytest.mark.parametrize(
    ("answered", "why"),
    [
        (of_another_line, "不是对这份内容加盖的"),
        (of_another_request, "不是对这次请求的应答"),
        (without_nonce, "不是对这次请求的应答"),
        (refused, "配额已用完"),
        (signed_by_another_key, "签名与内容不符"),
        (by(lambda served: expired(served.between)), "不在有效期内"),
        (by(lambda served: issued("服务", served.between, critical=False)), "不是时间戳专用证书"),
        (by(lambda served: issued("服务", served.between, uses=(ExtendedKeyUsageOID.CODE_SIGNING,))), "专用证书"),
        (by(lambda served: issued("服务", issued("别的根证书", ca=True))), "不在所设的根证书之内"),
        (by(lambda served: issued("服务", issued("示例中间证书", served.root))), "不在所设的根证书之内"),
        (by(lambda served: issued("服务", issued("示例中间证书", ca=True))), "不在所设的根证书之内"),
        (lambda served: b"", "不是时间戳服务的应答"),
        (lambda served: b"<html>502</html>", "不是时间戳服务的应答"),
        (lambda served: asked_for(LINE, NONCE), "不是时间戳服务的应答"),
    ],
)
def test_any_other_answer_is_refused_with_its_reason(answered: Callable[[Service], bytes], why: str) -> None:
    served = service()
    with pytest.raises(Invalid, match=why) as refusal:
        read_stamp(answered(served), LINE, nonce=NONCE, authorities=[served.root.certificate])
    assert refusal.value.code == "time_stamp"


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_no_change_of_a_byte_makes_another_time_or_an_error() -> None:
    served = service()
    answer = served.answer(asked_for(LINE, NONCE))
    for at in range(0, len(answer), 5):
        changed = bytearray(answer)
        changed[at] ^= 0x80 if at % 2 else 1
        try:
            stamp = read_stamp(bytes(changed), LINE, nonce=NONCE, authorities=[served.root.certificate])
        except Invalid:
            continue
        assert (stamp.at, stamp.authority) == (served.at, "示例时间戳服务")


def test_a_file_of_authorities_is_read_or_refused(tmp_path: Path) -> None:
    file = service().write_authorities(tmp_path / "ca.pem")
    found = authorities_in(file)
    assert found is not None
    assert [one.subject for one in found] == [service().root.certificate.subject]
    assert authorities_in(None) is None
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(Refused, match="不能读取"):
            authorities_in(wrong)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl program")
def test_openssl_accepts_what_we_keep_and_we_accept_what_openssl_issues(tmp_path: Path) -> None:
    def openssl(*arguments: str) -> str:
        return subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    served = service()
    served.write_authorities(tmp_path / "ca.pem")
    (tmp_path / "line.json").write_bytes(LINE)
    (tmp_path / "ours.tsr").write_bytes(served.answer(asked_for(LINE, NONCE)))
    openssl("ts", "-verify", "-data", "line.json", "-in", "ours.tsr", "-CAfile", "ca.pem")

    uses = ("-addext", "extendedKeyUsage=critical,timeStamping", "-addext", "keyUsage=critical,digitalSignature")
    new = ("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=theirs", "-days", "3650")
    openssl(*new, "-keyout", "key.pem", "-out", "theirs.pem", *uses)
    (tmp_path / "conf").write_text(
        "[tsa]\ndefault_tsa = one\n[one]\nserial = serial\ndefault_policy = 1.2.3.4\ndigests = sha256\n"
        "signer_digest = sha256\naccuracy = secs:1\n"
    )
    (tmp_path / "query").write_bytes(asked_for(LINE, NONCE))
    reply = ("ts", "-reply", "-config", "conf", "-section", "one", "-queryfile", "query")
    openssl(*reply, "-signer", "theirs.pem", "-inkey", "key.pem", "-out", "theirs.tsr")
    told = read_stamp(
        (tmp_path / "theirs.tsr").read_bytes(), LINE, nonce=NONCE, authorities=authorities_in(tmp_path / "theirs.pem")
    )
    assert (told.authority, told.trusted) == ("theirs", True)

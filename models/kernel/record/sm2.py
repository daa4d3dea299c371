"""SM2 signatures with SM3 (GB/T 32918.2-2016 on the curve of GB/T 32918.5-2017), which `cryptography` does not have.

Whole numbers of Python take a time that depends on them: this signs one line a day on the unit's own machine. Whoever signs
where others can measure takes a card or a service instead. The standard takes its number k at random; here it follows from
key and text (as RFC 6979 has it, with SM3), so that the same line has one signature and no weak random number tells the key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

USER = b"1234567812345678"
"""The identity that is hashed with each text where two sides agreed on no other (GM/T 0009-2012, 10)."""

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_Point = tuple[int, int] | None  # None is the point at infinity
G: _Point = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)


def new_private() -> int:
    """Return a private key: 1 to n-2."""
    return secrets.randbelow(N - 2) + 1


def public_of(private: int) -> bytes:
    """Return the public key of a private one, 65 bytes: 04, x, y."""
    point = _multiplied(private, G)
    assert point is not None
    return b"\x04" + _octets(point[0]) + _octets(point[1])


def sign(private: int, data: bytes, nonces: Iterator[int] | None = None) -> bytes:
    """Return the signature of some bytes, r and s, 64 bytes. `nonces` brings the numbers k where they are given."""
    e = _digest(public_of(private), data)
    for k in nonces or _nonces(private, e):
        point = _multiplied(k, G)
        assert point is not None
        r = (e + point[0]) % N
        s = pow(1 + private, -1, N) * (k - r * private) % N
        if r and r + k != N and s:
            return _octets(r) + _octets(s)
    raise ValueError("no number k was good")


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Whether a signature (64 bytes) over some bytes is by a public key (65 bytes)."""
    point = _point(public)
    if point is None or len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    t = (r + s) % N
    if not 0 < r < N or not 0 < s < N or not t:
        return False
    found = _multiplied(s, G, t, point)
    return found is not None and (_digest(public, data) + found[0]) % N == r


def _digest(public: bytes, data: bytes) -> int:
    """Return e: the hash over who signs (with which key on which curve) and what."""
    assert G is not None
    who = b"".join(map(_octets, (A, B, *G)))
    return int.from_bytes(sm3(sm3((len(USER) * 8).to_bytes(2) + USER + who + public[1:]) + data))


def sm3(data: bytes) -> bytes:
    """Return the SM3 hash of some bytes."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


def _nonces(private: int, e: int) -> Iterator[int]:
    """Yield numbers k (RFC 6979, 3.2, with SM3; n is as long as the hash, so nothing is shifted)."""
    told = _octets(private) + _octets(e % N)
    key, value = bytes(32), b"\x01" * 32
    for step in (b"\x00", b"\x01"):
        key = _mac(key, value + step + told)
        value = _mac(key, value)
    while True:
        value = _mac(key, value)
        if 0 < (k := int.from_bytes(value)) < N:
            yield k
        key = _mac(key, value + b"\x00")
        value = _mac(key, value)


def _mac(key: bytes, data: bytes) -> bytes:
    mac = HMAC(key, SM3())
    mac.update(data)
    return mac.finalize()


def _octets(number: int) -> bytes:
    return number.to_bytes(32)


def _point(public: bytes) -> _Point:
    """Return the point that a public key spells; None where it spells none of the curve."""
    if len(public) != 65 or public[0] != 4:
        return None
    x, y = int.from_bytes(public[1:33]), int.from_bytes(public[33:])
    on_curve = x < P and y < P and (y * y - x * x * x - A * x - B) % P == 0
    return (x, y) if on_curve else None


def _multiplied(factor: int, point: _Point, other_factor: int = 0, other: _Point = None) -> _Point:
    """Return factor · point + other_factor · other, both in one pass over their bits (Straus)."""
    first, second = _projective(point), _projective(other)
    steps = (_INFINITY, first, second, _added(first, second))
    total = _INFINITY
    for at in reversed(range(max(factor.bit_length(), other_factor.bit_length()))):
        total = _added(_doubled(total), steps[(factor >> at & 1) + 2 * (other_factor >> at & 1)])
    x, y, z = total
    if not z:
        return None
    inverse = pow(z, -1, P)
    return x * inverse**2 % P, y * inverse**3 % P


# Points as x/z², y/z³, so that one division at the end is enough; z = 0 is the point at infinity.
_Projective = tuple[int, int, int]
_INFINITY: _Projective = (1, 1, 0)


def _projective(point: _Point) -> _Projective:
    return _INFINITY if point is None else (*point, 1)


def _doubled(point: _Projective) -> _Projective:
    x, y, z = point
    delta, gamma = z * z % P, y * y % P
    beta, alpha = x * gamma % P, 3 * (x - delta) * (x + delta) % P
    u = (alpha * alpha - 8 * beta) % P
    return u, (alpha * (4 * beta - u) - 8 * gamma * gamma) % P, 2 * y * z % P


def _added(one: _Projective, other: _Projective) -> _Projective:
    (x, y, z), (u, v, w) = one, other
    if not z or not w:
        return one if z else other
    zz, ww = z * z % P, w * w % P
    left, low = x * ww % P, y * w * ww % P
    across, up = (u * zz - left) % P, (v * z * zz - low) % P
    if not across:
        return _INFINITY if up else _doubled(one)
    square = across * across % P
    cube, middle = across * square % P, left * square % P
    turned = (up * up - cube - 2 * middle) % P
    return turned, (up * (middle - turned) - low * cube) % P, across * z * w % P

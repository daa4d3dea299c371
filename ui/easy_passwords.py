"""Passwords that are guessed first, told by rules of ours: runs of keys and numbers, years, words of the trade, names of
places, what repeats itself. No list of anybody's passwords stands behind it, so it also works offline.

A password is taken apart as somebody who guesses would put it together: every easy piece counts for one character,
whatever its length. Where less than `LEAST` remains, it is easy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from models.kernel import divisions

LEAST = 6
SHORTEST_RUN = 4
# What stands side by side on a keyboard, by rows and by columns.
_KEYS = (
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "!@#$%^&*()_+",
    "147258369",
    "159357",
)
_ORDERS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "零一二三四五六七八九十", "壹贰叁肆伍陆柒捌玖拾")
# Words that come to mind first at a traffic police office, or at any sign-in.
_WORDS = """
    administrator admin root user test demo guest login welcome password passwd passw pass secret default shencha
    shigu diaocha gongan jiaojing jiaotong jingcha minjing zhidui dadui zhongdui paichusuo anquan police traffic
    woaini iloveyou love hello monkey dragon master sunshine china zhongguo zhonghua beijing shanghai tianjin
    chongqing hebei shanxi liaoning jilin heilongjiang jiangsu zhejiang anhui fujian jiangxi shandong henan hubei
    hunan guangdong guangxi hainan sichuan guizhou yunnan shaanxi gansu qinghai ningxia xinjiang xizang neimenggu
    wuhan ezhou huangshi huanggang xianning xiaogan jingzhou jingmen yichang xiangyang shiyan suizhou enshi
    guangzhou shenzhen hangzhou nanjing chengdu xian changsha nanchang hefei zhengzhou jinan fuzhou kunming guiyang
    公安 交警 交管 交通 警察 民警 支队 大队 中队 派出所 安全 事故 调查 深查 密码 管理员 我爱你 中国 中华
"""
_YEARS = re.compile(r"(?:19|20)\d\d(?:[-./年]?(?:0?[1-9]|1[0-2])(?:[-./月]?(?:0[1-9]|[12]\d|3[01]|[1-9])日?)?)?")
_DAYS = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_SAME = re.compile(r"(.)\1{2,}")
_AGAIN = re.compile(r"(.{2,}?)\1+")
_SPELLED = str.maketrans("@4031!5$7", "aaoeiisst")


def easy(password: str) -> str | None:
    """Return why a password is guessed easily, as a Chinese sentence that shows nothing of it; None where it is not."""
    plain = password.lower()
    found: dict[str, int] = {}
    taken = [False] * len(plain)
    for begin, end, why in sorted(_pieces(plain), key=lambda one: (one[0] - one[1], one[0])):
        if any(taken[begin:end]):
            continue
        taken[begin:end] = [True] * (end - begin)
        found[why] = found.get(why, 0) + 1
    rest = {letter for letter, gone in zip(plain, taken, strict=True) if not gone}
    if len(rest) + sum(found.values()) >= LEAST:
        return None
    kinds = "、".join(found) or "少数几个重复的字符"
    return f"密码容易被猜到：主要由{kinds}组成。请改用互不相关的几个词语，或者较长的一句话。"


def _pieces(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield where an easy piece begins and ends, and what it is."""
    for why, pattern in (
        ("年份或日期", _YEARS),
        ("年份或日期", _DAYS),
        ("重复的字符", _SAME),
        ("重复的字符", _AGAIN),
    ):
        yield from ((found.start(), found.end(), why) for found in pattern.finditer(plain))
    for why, lines in (("键盘上相邻的键", _KEYS), ("连续的数字或字母", _ORDERS)):
        for line in lines:
            yield from ((begin, end, why) for begin, end in _runs(plain, line))
            yield from ((begin, end, why) for begin, end in _runs(plain, line[::-1]))
    for said in {plain, plain.translate(_SPELLED)}:
        yield from _words(said)


def _words(said: str) -> Iterator[tuple[int, int, str]]:
    places = () if said.isascii() else _places()
    for why, word in (*(("常用词", word) for word in _WORDS.split()), *(("地名", place) for place in places)):
        begin = said.find(word)
        while begin >= 0:
            yield begin, begin + len(word), why
            begin = said.find(word, begin + 1)


def _runs(plain: str, line: str) -> Iterator[tuple[int, int]]:
    """Yield where at least four characters follow each other as they do in a line."""
    begin = 0
    while begin <= len(plain) - SHORTEST_RUN:
        end = begin + SHORTEST_RUN
        if plain[begin:end] not in line:
            begin += 1
            continue
        while end < len(plain) and plain[begin : end + 1] in line:
            end += 1
        yield begin, end
        begin = end


@cache
def _places() -> tuple[str, ...]:
    """Return the names of all divisions, in full and short."""
    names = divisions.every_name()
    return tuple(sorted(names | {divisions.short_name(name) for name in names}))

"""File names for every operating system."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.storage.file_names import LIMIT, safe_name


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("关于“3·5”事故的调查分析报告.docx", "关于“3·5”事故的调查分析报告.docx"),
        ("超载30%.pdf", "超载30%.pdf"),
        ("C:\\用户\\照片.jpg", "照片.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a<b>c:d|e?f*.txt", "a_b_c_d_e_f_.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("conference.txt", "conference.txt"),
        (".隐藏", "隐藏"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("结尾. . ", "结尾"),
        ("a\r\nb\tc", "a b c"),
        ("图\u202egpj.exe", "图gpj.exe"),
        ("", "未命名"),
        ("...", "未命名"),
        ("\ud800.pdf", "pdf"),
        ("cafe\u0301.txt", "café.txt"),
    ],
)
def test_a_name_becomes_one_that_every_system_accepts(given_name: str, expected: str):
    assert safe_name(given_name) == expected


def test_a_long_title_is_cut_between_characters_and_keeps_its_suffix():
    name = safe_name("深" * 200 + ".docx")
    assert name == "深" * ((LIMIT - 5) // 3) + ".docx"


@given(st.text(st.characters(), max_size=120))
def test_a_safe_name_stays_as_it_is_and_keeps_every_promise(text: str):
    name = safe_name(text)
    assert safe_name(name) == name
    assert 0 < len(name.encode("utf-8")) <= LIMIT
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & set('<>:"/\\|?*\r\n\0')
    assert name[0] not in " .-~"
    assert name[-1] not in " ."

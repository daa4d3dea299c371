"""What is wrong with a file before its content can be looked at."""

import json

import pytest

from models.accident.dossier import LIMIT_BYTES

SMALL = '{"schema": "案情卷"}'


@pytest.mark.parametrize(
    ("data", "code", "says"),
    [
        (b"", "not_json", "文件是空的"),
        (b"  \n", "not_json", "文件是空的"),
        (b'{"a": 1,\n "b" 2}', "not_json", "第2行第6列附近"),
        (b"PK\x03\x04 no json", "not_json", "第1行第1列附近"),
        (b"{} {}", "not_json", "第1行第4列附近"),
        (b'{"a": "\x00"}', "not_json", "第1行第8列附近"),
        (SMALL.encode("gb18030"), "wrong_encoding", "似为 GB18030"),
        (SMALL.encode("utf-16"), "wrong_encoding", "似为 UTF-16"),
        (SMALL.encode("utf-16-le"), "wrong_encoding", "似为 UTF-16"),
        (SMALL.encode("utf-32"), "wrong_encoding", "似为 UTF-32"),
        (b'{"a": "\xff\xff"}', "wrong_encoding", "无法识别"),
        (b"[]", "not_an_object", "最外层是花括号"),
        (b"null", "not_an_object", "最外层是花括号"),
        (b'"case-dossier/1"', "not_an_object", "最外层是花括号"),
        (b"NaN", "not_an_object", "最外层是花括号"),
        (b'{"a": ' + b"[" * 25 + b"]" * 25 + b"}", "too_deep", "最多20层"),
        (b'{"a":' * 200_000, "too_deep", "最多20层"),
        (b"[" * 5_000_000, "too_deep", "最多20层"),
        (b'{"a": [' + b"0," * 100_000 + b"0]}", "too_big", "内容过多"),
        (b"{" + b"," * 1_000_001 + b"}", "too_big", "内容过多"),
        (b" " * LIMIT_BYTES, "too_big", "30.0 MB"),
        (b"\xff" * 30 * 1024 * 1024, "too_big", "应小于 30 MB"),
    ],
    ids=range(22),
)
def test_a_file_that_cannot_be_read_has_one_fault_that_says_why(faults_of, data, code, says):
    [fault] = faults_of(data)
    assert (fault.path, fault.code) == ("", code)
    assert says in fault.message


def test_just_under_the_limit_the_content_is_looked_at(raw, faults_of):
    data = json.dumps(raw).encode()
    assert faults_of(data + b" " * (LIMIT_BYTES - 1 - len(data))) == ()


def test_a_strange_key_is_shown_escaped_and_shortened(raw, faults_of):
    raw["accident"]["a\nb\ud800"] = 1
    raw["accident"]["k" * 100] = 1
    paths = [fault.path for fault in faults_of(raw)]
    assert paths == ["accident.a\\nb\\ud800", "accident." + "k" * 40 + "…"]

"""Encapsulations after DA/T 48: what goes in comes out again, and what was changed does not."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from xml.etree import ElementTree as ET

import pytest

from documents.archive.catalogue_xml import VolumeTold, catalogue_xml
from documents.archive.encapsulation import NAMESPACE, encapsulations, opened
from documents.archive.file_formats import looked_into
from documents.archive.item_metadata import described
from models.kernel.errors import Invalid
from models.kernel.record.signatures import Signer, Sm2
from tests.documents.archive.conftest import INFO, linked, open_file, volume_items

AT = "2026-03-05T09:00:00Z"
SIGNER = Sm2(20261130)


def catalogue() -> bytes:
    items = volume_items()
    known = described(items, linked(), looked_into(items, open_file))
    return catalogue_xml(VolumeTold("某某事故监管回溯档案", "永久", "shencha"), known, INFO)


def read(place: str) -> bytes:
    [file] = [file for item in volume_items() for file in item.files if file.path == place]
    with open_file(file.sha256) as content:
        return content.read()


def made(signer: Signer | None = SIGNER) -> list[tuple[str, bytes]]:
    return [make() for make in encapsulations(catalogue(), read, created_at=AT, signer=signer)]


def test_every_item_comes_out_as_it_went_in_signed_and_the_same_each_time() -> None:
    first = made()
    assert first == made()
    for item, (name, raw) in zip(volume_items(), first, strict=True):
        held = opened(raw)
        assert name == f"{item.sequence:04d}.xml"
        assert held.title == item.title
        assert [hashlib.sha256(data).hexdigest() for data in held.files.values()] == [
            file.sha256 for file in item.files
        ]
        assert (held.algorithm, held.key) == ("SM2", SIGNER.public)
    assert {opened(raw).key for _, raw in made(None)} == {None}


def test_the_parts_of_the_standard_are_there_by_their_names() -> None:
    root = ET.fromstring(made()[0][1])
    there = {one.tag.removeprefix(f"{{{NAMESPACE}}}") for one in root.iter()}
    assert {
        "封装包格式描述",
        "版本",
        "被签名对象",
        "封装包类型",
        "封装包创建时间",
        "封装包创建单位",
        "封装内容",
    } <= there
    assert {"文件实体块", "业务实体块", "机构人员实体块", "编码数据", "电子签名块", "签名结果"} <= there


def test_any_change_in_what_is_signed_is_found() -> None:
    [(_, raw), *_] = made()
    for old, new in (
        ("原始型".encode(), "修改型".encode()),
        ("历史行为".encode(), "计划任务".encode()),
        (b"2026-03-05T09:00:00Z</", b"2026-03-06T09:00:00Z</"),
        (
            b"</\xe7\xbc\x96\xe7\xa0\x81\xe6\x95\xb0\xe6\x8d\xae>",
            b"AAAA</\xe7\xbc\x96\xe7\xa0\x81\xe6\x95\xb0\xe6\x8d\xae>",
        ),
    ):
        assert old in raw
        with pytest.raises(Invalid):
            opened(raw.replace(old, new, 1))
    public = b64encode(bytes.fromhex(SIGNER.public))
    other = b64encode(bytes.fromhex(Sm2(5).public))
    with pytest.raises(Invalid, match="签名与内容不符"):
        opened(raw.replace(public, other))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: b"", "不是 XML"),
        (lambda raw: raw[: len(raw) // 2], "不是 XML"),
        (lambda raw: raw.replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>", 1), "文档类型声明"),
        (lambda raw: raw.replace("密级".encode(), "密別".encode()), "结构"),
        (lambda raw: raw.replace(b">SM2<", b">RSA<"), "不认识签名算法"),
    ],
)
def test_what_is_no_encapsulation_of_ours_is_refused_in_a_sentence(change, why: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid, match=why):
        opened(change(made()[0][1]))


def test_a_name_that_leads_out_of_the_folder_is_refused() -> None:
    [(_, raw), *_] = made(None)
    name = ET.fromstring(raw).find(f".//{{{NAMESPACE}}}计算机文件名")
    assert name is not None
    assert name.text is not None
    for bad in ("../x", "/etc/x", "..", "a\\b", ""):
        with pytest.raises(Invalid, match="文件名"):
            opened(raw.replace(f">{name.text}<".encode(), f">{bad}<".encode()))


def test_a_file_that_is_not_what_the_catalogue_says_is_not_encapsulated() -> None:
    with pytest.raises(Invalid, match="校验值不符"):
        next(iter(encapsulations(catalogue(), lambda place: b"x", created_at=AT, signer=None)))()

"""One item of a sealed volume as one XML file with its data inside: the encapsulation (EEP) of DA/T 48-2009.

Names, order and namespace of the elements are those that published programs for DA/T 48-2009 use; its full text was not at
hand. The parts of it that speak of changed encapsulations (修改型, 锁定签名) and of digitised originals are not made here.
"""

from __future__ import annotations

import binascii
import hashlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from lxml import etree

from documents.archive.catalogue_xml import NAMESPACE as CATALOGUE
from models.kernel.errors import Invalid
from models.kernel.record.signatures import Signer, good

NAMESPACE = "http://www.saac.gov.cn/standards/ERM/encapsulation"
_RULE = "对“被签名对象”元素按 Exclusive XML Canonicalization 1.0（不含注释）规范化后的字节签名"
_ENCODING = (
    "本封装包中“编码数据”元素存储的是计算机文件二进制流的Base64编码，有关Base64编码规则参见IETF RFC 2045"
    "多用途邮件扩展（MIME）第一部分：互联网信息体格式。当提取和显现封装在编码数据元素中的计算机文件时，"
    "应对Base64编码进行反编码，并依据封装包中“反编码关键字”元素中记录的值还原计算机文件的扩展名"
)
_ORIGINAL = "本封装包包含电子文件数据及其元数据，原始封装，未经修改"
_FORMAT = "本EEP根据中华人民共和国档案行业标准DA/T 48-2009《基于XML的电子文件封装规范》生成"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, load_dtd=False)

Tree = tuple[str, "str | Sequence[Tree]", Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Encapsulated:
    """What an encapsulation holds: 电子文件号, 题名, its files by name, and by which key it is signed (None: by none)."""

    number: str
    title: str
    files: Mapping[str, bytes]
    algorithm: str | None
    key: str | None


def schema() -> bytes:
    """Return the schema of what is made here."""
    return Path(__file__).with_name("encapsulation.xsd").read_bytes()


def encapsulations(
    catalogue: bytes, read: Callable[[str], bytes], *, created_at: str, signer: Signer | None
) -> Sequence[Callable[[], tuple[str, bytes]]]:
    """Return for each item of a volume what makes its name and bytes, one at a time: a volume may weigh much.

    `catalogue` is data/catalogue.xml of the package, `read` gives a file by its place in it, `created_at` is the moment in
    ISO 8601. The same of all these gives the same bytes. Raises Invalid for files that are not what the catalogue says.
    """
    root = etree.fromstring(catalogue, _PARSER)
    volume = {_local(one): one.text or "" for one in root.find(f"{{{CATALOGUE}}}volume")}

    def making(item: etree._Element) -> Callable[[], tuple[str, bytes]]:
        name = f"{int(item.get('sequence')):04d}.xml"
        return lambda: (name, _written(_signed_part(volume, item, read, created_at), volume, created_at, signer))

    return [making(item) for item in root.iterfind(f"{{{CATALOGUE}}}item")]


def opened(raw: bytes) -> Encapsulated:
    """Return what an encapsulation holds, after its form, its sizes and its signature were checked. Raises Invalid."""
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        raise Invalid("不是 XML 文件，或者已经损坏。", code="encapsulation") from error
    if root.getroottree().docinfo.doctype:
        raise Invalid("封装包含有文档类型声明，不予读取。", code="encapsulation")
    if not _schema().validate(root):
        raise Invalid(f"不符合封装包的结构（第 {_schema().error_log[0].line} 行）。", code="encapsulation")
    part = root.find(_tag("被签名对象"))
    algorithm, key = _signature(root, part)
    files: dict[str, bytes] = {}
    for one in part.iter(_tag("编码")):
        name, data = _file(one)
        if name in files or name != PurePosixPath(name).name or name in ("", ".", "..") or "\\" in name:
            raise Invalid(f"封装包中的文件名“{name}”重复或者不可用。", code="encapsulation_file")
        files[name] = data
    return Encapsulated(_text(part, "电子文件号"), _text(part, "题名"), files, algorithm, key)


def _signature(root: etree._Element, part: etree._Element) -> tuple[str | None, str | None]:
    signed = root.find(f"{_tag('电子签名块')}/{_tag('电子签名')}")
    if signed is None:
        return None, None
    algorithm = _text(signed, "签名算法标识")
    key, signature = (_decoded(_text(signed, name)) for name in ("证书", "签名结果"))
    right = good(algorithm, key.hex(), _canonical(part), signature)
    if right is None:
        raise Invalid(f"本程序不认识签名算法“{algorithm}”。", code="encapsulation_algorithm")
    if not right:
        raise Invalid("封装包的签名与内容不符。", code="encapsulation_signature")
    return algorithm, key.hex()


def _file(one: etree._Element) -> tuple[str, bytes]:
    name, data = _text(one, "计算机文件名"), _decoded(_text(one, "编码数据"))
    if _text(one, "计算机文件大小") != str(len(data)):
        raise Invalid(f"封装包中的文件“{name}”大小不符。", code="encapsulation_file")
    return name, data


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except binascii.Error as error:
        raise Invalid("封装包中的 Base64 编码有误。", code="encapsulation_file") from error


def _written(part: Tree, volume: Mapping[str, str], created_at: str, signer: Signer | None) -> bytes:
    root = etree.Element(_tag("电子文件封装包"), nsmap={None: NAMESPACE})
    _put(root, (_of("封装包格式描述", _FORMAT), _of("版本", "2009"), part))
    if signer is not None:
        signature = signer.sign(_canonical(root[-1]))
        _put(root, [_signature_block(volume, created_at, signer, signature)])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"


def _signature_block(volume: Mapping[str, str], created_at: str, signer: Signer, signature: bytes) -> Tree:
    """`证书` holds the bare public key: the unit's key has no certificate."""
    public = b64encode(bytes.fromhex(signer.public)).decode()
    said = (
        _of("签名标识符", "修改0-签名1"),
        _of("签名规则", _RULE),
        _of("签名时间", created_at),
        _of("签名人", volume.get("organization", "")),
        _of("签名结果", b64encode(signature).decode()),
        _of("证书块", [_of("证书", public)]),
        _of("签名算法标识", signer.algorithm),
    )
    return _of("电子签名块", [_of("电子签名", said)])


def _signed_part(
    volume: Mapping[str, str], item: etree._Element, read: Callable[[str], bytes], created_at: str
) -> Tree:
    number = f"{volume['archiveNumber']}-{int(item.get('sequence')):04d}"
    people: dict[str, str] = {}
    business = [_business(event, number, people) for event in _all(item, "event")]
    unit = volume.get("organization", "")
    business.append(_act(f"业务{len(business) + 1}", "单位1", number, "封装", created_at, "encapsulated"))
    who = [_agent("单位1", "单位", unit), *(_agent(ref, "个人", name) for name, ref in people.items())]
    content = [
        _of("文件实体块", [_of("文件实体", _record(volume, item, number, read))]),
        _of("业务实体块", business),
        _of("机构人员实体块", who),
    ]
    said = [
        _of("封装包类型", "原始型"),
        _of("封装包类型描述", _ORIGINAL),
        _of("封装包创建时间", created_at),
        _of("封装包创建单位", unit),
        _of("封装内容", content),
    ]
    return "被签名对象", said, {"eep版本": "2009"}


def _record(
    volume: Mapping[str, str], item: etree._Element, number: str, read: Callable[[str], bytes]
) -> Sequence[Tree]:
    files = _all(item, "file")
    told = {_local(one): one.text or "" for one in item}
    pages = [_of("页数", told["pages"])] if told.get("pages", "0") != "0" else []
    sent_to = "、".join(one.text or "" for one in _all(item, "recipient"))
    described = (
        _of("题名", told["title"]),
        *_where(("文件编号", told.get("number"))),
        _of("责任者", told.get("responsible", "")),
        _of("日期", told.get("date", "")),
        _of("文种", told["class"]),
        *_where(("主送", sent_to)),
        _of("密级", ""),  # in no record here
    )
    return (
        _of("聚合层次", "文件"),
        _of("来源", [_of("立档单位名称", volume.get("organization", ""))]),
        _of("电子文件号", number),
        _of(
            "档号",
            (
                _of("年度", volume["date"][:4]),
                _of("保管期限", told.get("retention", "")),
                _of("室编案卷号", volume["archiveNumber"]),
                _of("室编件号", item.get("sequence")),
            ),
        ),
        _of("内容描述", described),
        _of("形式特征", (_of("文件组合类型", "单件" if len(files) < 2 else "组合文件"), *pages)),
        _of("存储位置", (_of("当前位置", f"电子案卷{volume['archiveNumber']}"), _of("脱机载体编号", ""))),
        _of("权限管理", [_of("控制标识", told["rights"])]),
        _of("信息系统描述", volume["software"]),
        *_where(("附注", told.get("remark"))),
        _of("文件数据", [_document(file, at, read) for at, file in enumerate(files, start=1)]),
    )


def _document(file: etree._Element, at: int, read: Callable[[str], bytes]) -> Tree:
    place = file.get("path")
    data, name, ref = read(place), PurePosixPath(place).name, f"修改0-文档{at}"
    if hashlib.sha256(data).hexdigest() != file.get("sha256"):
        raise Invalid(f"“{name}”的内容与目录中的校验值不符，不能封装。", code="file_altered")
    encoded = (
        _of(
            "电子属性",
            (_of("格式信息", file.get("format")), _of("计算机文件名", name), _of("计算机文件大小", str(len(data)))),
        ),
        _of("编码描述", _ENCODING),
        _of("反编码关键字", f"base64{PurePosixPath(name).suffix.replace('.', '-')}"),
        ("编码数据", b64encode(data).decode(), {"编码数据ID": f"{ref}-文档数据1-编码1-编码数据1"}),
    )
    held = ("文档数据", [("编码", encoded, {"编码ID": f"{ref}-文档数据1-编码1"})], {"文档数据ID": f"{ref}-文档数据1"})
    main = "主文档" if at == 1 else "附属文档"
    return _of("文档", (_of("文档标识符", ref), _of("文档序号", str(at)), _of("文档主从声明", main), held))


def _business(event: etree._Element, number: str, people: dict[str, str]) -> Tree:
    by = people.setdefault(event.get("by"), f"人员{len(people) + 1}")
    return _act(f"事项{event.get('sequence')}", by, number, event.get("name"), event.get("at"), event.get("kind"))


def _act(ref: str, by: str, number: str, called: str, at: str, kind: str) -> Tree:
    said = (
        _of("业务标识符", ref),
        _of("机构人员标识符", by),
        _of("文件标识符", number),
        _of("业务状态", "历史行为"),
        _of("业务行为", called),
        _of("行为时间", at),
        _of("行为描述", kind),
    )
    return _of("业务实体", said)


def _agent(ref: str, kind: str, name: str) -> Tree:
    return _of("机构人员实体", (_of("机构人员标识符", ref), _of("机构人员类型", kind), _of("机构人员名称", name)))


def _of(name: str, held: str | Sequence[Tree]) -> Tree:
    return name, held, {}


def _where(*pairs: tuple[str, str | None]) -> list[Tree]:
    return [_of(name, text) for name, text in pairs if text]


def _put(parent: etree._Element, trees: Sequence[Tree]) -> None:
    for name, held, attributes in trees:
        element = etree.SubElement(parent, _tag(name), dict(attributes))
        if isinstance(held, str):
            element.text = held
        else:
            _put(element, held)


def _all(item: etree._Element, name: str) -> list[etree._Element]:
    return list(item.iterfind(f"{{{CATALOGUE}}}{name}"))


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _text(parent: etree._Element, name: str) -> str:
    return next((one.text or "" for one in parent.iter(_tag(name))), "")


def _canonical(part: etree._Element) -> bytes:
    return bytes(etree.tostring(part, method="c14n", exclusive=True, with_comments=False))


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema()))

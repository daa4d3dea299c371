"""档案包说明页: the page that opens a package for whoever finds it. Nothing outside is loaded, and it prints as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import PurePosixPath
from urllib.parse import quote

from documents.archive.catalogue_xml import VolumeTold
from documents.archive.inspection import Check
from documents.archive.item_metadata import ItemMetadata
from documents.archive.verify import ARCHIVE_NUMBER, CASE_NUMBER, DATE
from models.papers.content import ExcusedGap

_STYLE = """
body{font:16px/1.7 "Noto Serif CJK SC","Source Han Serif SC","SimSun",serif;max-width:60em;margin:2em auto;padding:0 1em}
h1{font-size:1.5em;text-align:center}h2{font-size:1.15em;margin-top:1.8em;break-after:avoid}
table{border-collapse:collapse;width:100%;font-size:.9em}th,td{border:1px solid #555;padding:.25em .5em;text-align:left;
vertical-align:top;overflow-wrap:anywhere}thead{display:table-header-group}tr{break-inside:avoid}
.catalogue td:nth-child(5){white-space:nowrap}.catalogue td:nth-child(9){min-width:6em}
code{font-family:monospace;overflow-wrap:anywhere}
@media print{body{max-width:none;margin:0;font-size:11pt}a{color:inherit;text-decoration:none}}
"""
_HEAD = (
    '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    '<meta name="viewport" content="width=device-width">\n'
)
_PLACES = (
    (
        "data/volume.docx",
        "本卷的纸面部分：封面、目录、送达和办理情况、备考表；有 data/volume.pdf 的，是同一内容的版式文件",
    ),
    ("data/documents", "文书：制发的和收到的"),
    ("data/evidence", "证据材料"),
    ("data/replies", "有关单位的反馈、现场复查照片等"),
    ("data/events.jsonl", "事项记录：一行一条，谁在何时办了何事；每条带有前一条的校验值，前后相连"),
    ("data/catalogue.json", "目录，供程序读取；data/catalogue.xml 是同一目录的 XML，格式由 data/catalogue.xsd 规定"),
    ("data/inspection.json", "封装时的检测记录，即本页末表"),
    ("data/verify.py", "校验程序"),
    ("manifest-sha256.txt", "data 中全部文件的 SHA-256 校验值；manifest-sm3.txt 是同样文件的 SM3 校验值"),
    ("checkpoint.json", "检查点：证明事项记录的末尾在某日已经存在，由封卷单位签名（没有此文件的，封卷时未设检查点）"),
    (
        "checkpoint.tsr",
        "时间戳：由外部服务证明检查点在某一时刻已经存在，可能在封装以后补入，不改动其他内容（没有此文件的，未加盖）",
    ),
)
_ACCIDENT, _HAZARD = "一起道路交通事故深度调查案件", "一件安全隐患交办"
_VOLUME = "这是{what}的电子案卷，封装以后不再改动；以后补充的材料另行封装，指明所补的案卷。"
_SUPPLEMENT = "这是{what}归档以后补充的材料，单独封装，和所补的案卷一并阅读；封装以后不再改动。"
_VERIFY = (
    "在装有 Python 3.11 以上版本的计算机上（不需要联网，不需要安装其他软件），进入本文件夹，运行 "
    "<code>python data/verify.py</code>；英文说明用 <code>python data/verify.py --english</code>。",
    "向封卷单位索取其公布的公钥，运行 <code>python data/verify.py --key 公钥</code>。"
    "不用公钥核对的，能看出文件是否与事项记录相符，看不出整个档案包是否被人连同事项记录全部另造。",
    "包内的校验程序也可能被人替换。事关重大的，用另外保存的同一程序校验：<code>shencha-verify 文件夹</code>。",
    "没有 Python 的，可以用通用工具逐个核对校验值，例如 <code>sha256sum -c manifest-sha256.txt</code>；"
    "本文件夹符合 BagIt 1.0（RFC 8493），通用的 BagIt 软件也能核对。",
    "纸质或者他处存有封卷时的清单校验值的，用 <code>--manifest 校验值</code> 一并核对。",
)


def index_page(
    told: VolumeTold,
    described: Sequence[ItemMetadata],
    checks: Iterable[Check],
    info: Mapping[str, str],
    excused: Sequence[ExcusedGap] = (),
) -> bytes:
    """Return index.html: what this is, how to read it, how to verify it, the catalogue, and the checks at the sealing."""
    title = f"{told.title}（{info[ARCHIVE_NUMBER]}）"
    facts = [
        ("档号", info[ARCHIVE_NUMBER]),
        ("案件编号", info[CASE_NUMBER]),
        ("立卷单位", info.get("Source-Organization")),
        ("立卷日期", info[DATE]),
        ("保管期限", told.retention),
        ("补充的案卷", info.get("Supplement-To")),
        ("件数", f"{len(described)}件"),
        ("封装程序", told.software),
    ]
    said = _SUPPLEMENT if "Supplement-To" in info else _VOLUME
    body = (
        f"<h1>{escape(told.title)}</h1>",
        "<h2>一、这是什么</h2>",
        f"<p>{said.format(what=_HAZARD if told.hazard else _ACCIDENT)}</p>",
        _table((), [(name, escape(value)) for name, value in facts if value]),
        "<h2>二、怎样阅读</h2>",
        "<p>先看下面的目录，点文件打开；文件名以目录序号开头。备注“限定名单查阅”的，按批准的名单查阅。文件夹内各部分是：</p>",
        _table(("位置", "内容"), [(f"<code>{place}</code>", escape(what)) for place, what in _PLACES]),
        "<h2>三、怎样校验</h2>",
        f"<ol>{''.join(f'<li>{way}</li>' for way in _VERIFY)}</ol>",
        "<h2>四、目录</h2>",
        _table(
            ("序号", "责任者", "文号", "题名", "日期", "类别", "主送", "页数", "文件", "备注"),
            [_line(one) for one in described],
            kind="catalogue",
        ),
        "<h2>五、封装时的检测</h2>",
        _table(
            ("性质", "检测内容", "结果", "情况"),
            [tuple(map(escape, (check.quality, check.what, check.result, check.found))) for check in checks],
        ),
        *_lacking(excused),
    )
    page = f"{_HEAD}<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(body)
    return f"{page}\n</body>\n</html>\n".encode("utf-8", "replace")


def _lacking(excused: Sequence[ExcusedGap]) -> tuple[str, ...]:
    if not excused:
        return ()
    rows = [tuple(map(escape, (one.what, one.reason, one.approved_by, one.approved_on.isoformat()))) for one in excused]
    return "<h2>六、归档时的缺项</h2>", _table(("缺什么", "理由", "批准人", "批准日期"), rows)


def _line(one: ItemMetadata) -> tuple[str, ...]:
    item = one.item
    files = "<br>".join(
        f'<a href="{quote(path)}">{_short(path)}</a>（{escape(looked.label)}）' for path, looked in one.files
    )
    plain = (
        str(item.sequence),
        item.responsible or "",
        item.number or "",
        item.title,
        item.dated.isoformat() if item.dated else "",
        one.kind,
        "、".join(one.recipients),
        "" if item.pages is None else str(item.pages),
    )
    return (*map(escape, plain), files, escape(item.remark or ""))


def _short(path: str) -> str:
    """Return the number that a file's name begins with, and its suffix: the title stands in the line already."""
    name = PurePosixPath(path)
    return escape(name.stem.partition("_")[0] + name.suffix)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str = "plain") -> str:
    """Return a table; cells are HTML. Without heads the first cell of a row names the second."""
    head = f"<thead><tr>{''.join(f'<th>{escape(name)}</th>' for name in heads)}</tr></thead>" if heads else ""
    first = "td" if heads else "th"
    lines = (f"<tr><{first}>{row[0]}</{first}>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>" for row in rows)
    return f'<table class="{kind}">{head}<tbody>\n' + "\n".join(lines) + "\n</tbody></table>"

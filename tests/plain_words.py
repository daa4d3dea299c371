"""What no paper may say: words of the program, short names of the case, labels without content, torn joints.

`faults` reads a finished docx as its addressee does: prose line by line, tables by their cells.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from models.clock.rules.deadline_rules import DEFAULT_RULES
from models.kernel.record.event_kinds import HAPPENINGS
from models.papers.preflight.words import PLACEHOLDER
from tests.documents.anatomy import Docx, W, style_of, text_of

# A short name of the case standing alone; a licence class (B2), a road (S201) or a stake number (K12) is none.
KEY = re.compile(r"(?<![A-Za-z0-9\-_./+])(?<!准驾车型)[FMPVEDRA]\d{1,3}(?![A-Za-z0-9.\-])")
STAGE_KEY = re.compile(r"(?<![A-Za-z0-9\-_./+])S\d{1,2}(?![A-Za-z0-9])")
OF_THE_PROGRAM = {
    "rule code": re.compile("|".join(re.escape(rule.code) for rule in DEFAULT_RULES)),
    "event kind": re.compile("|".join(rf"(?<![a-z_]){kind}(?![a-z_])" for kind in HAPPENINGS)),
    "name of the program": re.compile(r"(?<![A-Za-z0-9/_.])[a-z]{2,}(?:[._][a-z]{2,})+(?![A-Za-z0-9/])"),
    "version of a rule": re.compile(r"第\d+版|规则\S*版"),
    "calendar version": re.compile(r"日历版本|\d{4}-暂定|(?<!\d)\d{4}-\d(?!\d)"),
    "mark of ours": re.compile("参考值|惯例|None|null"),
    "verb of the command line": re.compile(r"（[a-z]+(?:-[a-z]+)+）"),
}
CLERK = re.compile("来源未指明|未具名|姓名不详")  # of real dossiers they are the text itself
IN_PROSE = {
    "stroke for what is missing": re.compile(r"[：，；、（]—(?!—)|^—$|—[。，；、）]|——。"),
    "label without content": re.compile(r"[：][。；，]|[：]\s*$(?<!：)|（）|《》|“”|(?:依据|证据|涉及|来源|职责)：$"),
    "label of a class": re.compile(
        "高两级以上、外省|辖区外?企业或者检验检测机构|上级或者外地纪检监察|当地上一级其他系统"
    ),
    "mark between titles": re.compile("》、《"),
    "torn joint": re.compile(r"。。|；。|，。|、。|。；|。，|：：|，，|、、|；；|，；"),
}
# 条例 art. 15: what is reported upward asks for nothing; a request is a paper of its own.
ASKS = re.compile("提请|请领导|请填写|请[^，。]{0,8}书面|请[^，。]{0,4}(?:反馈|答复|函复)|反馈要求|回执|答复码")
PROVISIONAL = re.compile("暂定")
CONTACT = re.compile(r"^（联系人：[^，]+，电话：[\d-]*[1-9][\d-]*）$")
DATED = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
POWERS = {
    "supervision_order": re.compile("依据[^，。]+，现予督办"),
    "talk_notice": re.compile("依据[^，。]+，现决定对"),
    "clue_transfer": re.compile("依据《中华人民共和国监察法》第[^，。]+条，"),
    "rectification_notice": re.compile("依照《道路交通事故处理程序规定》（公安部令第146号）第二十九条"),
}
"""By kind, the words in which a paper that demands something names its power."""


CLOSINGS = {
    "特此报告。": "报告",
    "妥否，请批示。": "请示",
    "请予支持并函复。": "函",
    "请认真贯彻落实。": "通知",
}
"""Closing words that belong to one form alone, by which the title must end."""
ABOVE = re.compile("公安|政府|委|支队|总队")
"""Whom the police report to or ask: their own line, governments, party committees, commissions."""
SET = re.compile(r"、即(\d{4}年\d{1,2}月\d{1,2}日)前（含当日）")
SERVED = re.compile(
    r"，(\d{4}年\d{1,2}月\d{1,2}日)）(?:已?于)?(\d{4}年\d{1,2}月\d{1,2}日)送达"
    r"|于(\d{4}年\d{1,2}月\d{1,2}日)送达你[^，。]*《[^》]+》（[^）]+，(\d{4}年\d{1,2}月\d{1,2}日)）"
)


@dataclass(frozen=True, slots=True)
class Lines:
    """A paper as it is read: paragraphs outside tables, rows of cells per table; `grids` have a heading row."""

    prose: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    title: str = ""
    recipient: str = ""
    signature: str = ""


def lines(data: bytes) -> Lines:
    """Return the prose and the tables of a docx."""
    paper = Docx(data)
    tables = []
    for grid in paper.body.iter(W + "tbl"):
        rows = [
            tuple("\n".join(text_of(p) for p in c.iter(W + "p")) for c in r.iter(W + "tc")) for r in grid.iter(W + "tr")
        ]
        tables.append(tuple(rows))
    prose = [text_of(p) for p in paper.body if p.tag == W + "p" and style_of(p) not in ("GWNumber",)]
    frame = {
        style: next((text_of(p).strip() for p in paper.paragraphs(style)), "")
        for style in ("GWTitle", "GWRecipient", "GWSignature")
    }
    return Lines(tuple(line for line in prose if line.strip()), tuple(tables), *frame.values())


def faults(data: bytes, *, issued: bool = True, source: str = "") -> list[str]:
    """Return what is wrong with the words of a paper, one sentence each; `source` is what people wrote themselves."""
    paper = lines(data)
    cells = [cell for grid in paper.tables for row in grid for cell in row]
    return [
        *(fault for line in (*paper.prose, *cells) for fault in said(line, issued=issued, source=source)),
        *(fault for line in paper.prose for fault in prose(line)),
        *upward(paper.prose),
        *misframed(paper),
        *misdated(paper),
        *(f"said twice: {sentence!r}" for sentence in twice(paper.prose)),
        *(f"empty column {name!r}" for grid in paper.tables for name in empty_columns(grid)),
    ]


def unframed(data: bytes, kind: str) -> list[str]:
    """Return what an issued paper to a recipient lacks of its frame: date, somebody to call, the power of its demand."""
    prose = lines(data).prose
    lacks = [] if any(map(DATED.search, prose)) else ["no date"]
    lacks += [] if any(map(CONTACT.search, prose)) else ["nobody to call"]
    power = POWERS.get(kind)
    if power is None or any(map(power.search, prose)) or _before_the_law(prose):
        return lacks
    return [*lacks, "no power"]


def _before_the_law(prose: tuple[str, ...]) -> bool:
    """Whether a paper is of a day for which nobody compared the law that gives its power: then it says less."""
    dated = [line for line in prose if DATED.search(line)]
    return bool(dated) and _day(dated[-1]) < date(2021, 4, 29)


def said(line: str, *, issued: bool = True, source: str = "") -> Iterator[str]:
    """Yield what may be said nowhere in a paper."""
    for what, pattern in OF_THE_PROGRAM.items():
        for found in pattern.finditer(line):
            yield f"{what} {found[0]!r} in {line!r}"
    for found in CLERK.finditer(line):
        if found[0] not in source:
            yield f"note of whoever typed the data {found[0]!r} in {line!r}"
    for found in PLACEHOLDER.finditer(line):
        if found[0] not in source:
            yield f"placeholder {found[0]!r} in {line!r}"
    for pattern in (KEY, STAGE_KEY):
        for found in pattern.finditer(line):
            if not re.search(rf"(?<![A-Za-z0-9]){found[0]}(?![A-Za-z0-9])", source):
                yield f"short name {found[0]!r} in {line!r}"
    if issued and PROVISIONAL.search(line):
        yield f"暂定 in an issued paper: {line!r}"


def prose(line: str) -> Iterator[str]:
    """Yield what may stand in a cell of a form and not in a sentence."""
    for what, pattern in IN_PROSE.items():
        if found := pattern.search(line):
            yield f"{what} {found[0]!r} in {line!r}"


def empty_columns(grid: tuple[tuple[str, ...], ...]) -> Iterator[str]:
    """Yield the headings of columns that are struck in every row; a form of two columns has no headings."""
    heading, *rows = grid
    if len(heading) < 3 or not rows:
        return
    for at, name in enumerate(heading):
        column = [row[at] for row in rows if len(row) == len(heading)]
        if column and all(cell.replace("—", "").strip() == "" and "—" in cell for cell in column):
            yield name


def upward(prose: tuple[str, ...]) -> Iterator[str]:
    """Yield what a 报告 asks its reader for."""
    if "特此报告。" in prose:
        for line in prose:
            if found := ASKS.search(line):
                yield f"request in a 报告 {found[0]!r} in {line!r}"


def misframed(paper: Lines) -> Iterator[str]:
    """Yield closing words of another form than the title's, a number in the title, reports to who is not above, and who
    writes to itself."""
    for line in paper.prose:
        form = CLOSINGS.get(line)
        if form is not None and not paper.title.endswith(form):
            yield f"{line!r} under {paper.title!r}"
    if re.search(r"〔\d{4}〕", paper.title):
        yield f"number of a paper in the title {paper.title!r}"
    if paper.recipient and paper.title.endswith(("报告", "请示")) and not ABOVE.search(paper.recipient):
        yield f"{paper.recipient!r} is reported to in {paper.title!r}"
    if paper.signature and paper.recipient.rstrip("：") == paper.signature:
        yield f"{paper.signature!r} writes to itself"


def misdated(paper: Lines) -> Iterator[str]:
    """Yield limits before the paper's own day, papers that were served before they were written, and a slip of an order
    that has another date than the order."""
    own = next((_day(line) for line in reversed(paper.prose) if DATED.search(line)), None)
    for line in paper.prose:
        for found in SET.finditer(line):
            if own is not None and _day(found[1]) < own:
                yield f"limit {found[1]} before the day of the paper in {line!r}"
        for found in SERVED.finditer(line):
            written_on, served_on = (found[1], found[2]) if found[1] else (found[4], found[3])
            if _day(served_on) < _day(written_on):
                yield f"served {served_on} and written {written_on} in {line!r}"
    for grid in paper.tables:
        for label, *cells in grid:
            if label == "督办期限" and cells and not any(f"{cells[0]}前（含当日）" in line for line in paper.prose):
                yield f"the slip says {cells[0]}, the order does not"


def _day(words: str) -> date:
    year, month, day = (int(part) for part in re.findall(r"\d+", words)[:3])
    return date(year, month, day)


def twice(prose: tuple[str, ...]) -> Iterator[str]:
    """Yield the sentences that a paper says twice; what is shorter than a sentence of substance may come again."""
    said_before: set[str] = set()
    for line in prose:
        for sentence in re.findall(r"[^。]+。", line):
            words = re.sub(r"^(?:（[一二三四五六七八九十\d]+）|\d+\. ?|[^：]{1,8}：)+", "", sentence)
            alone = re.search("[队局司厅府会院]。$", words) is not None and "，" not in words
            # Names, a unit alone, norms, and problems by their marks in the words of the cause picture come again.
            drawn = sentence.startswith(("直接原因（", "间接原因（"))
            named = alone or drawn or "涉及：" in sentence or words.startswith(("《", "按照《", "该项"))
            if len(words) > 24 and not named and words in said_before:
                yield words
            said_before.add(words)


def written(dossier: str) -> str:
    """Return what people wrote in a dossier, without the short names by which it links its entries."""

    def texts(value: object, key: str = "") -> Iterator[str]:
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from texts(inner, name)
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner, key)
        elif isinstance(value, str) and not key.endswith(("ref", "refs")):
            yield value

    return "\n".join(texts(json.loads(dossier)))

"""责令限期消除安全隐患决定书: the party, the facts, the hearing, the basis, the order, the remedy, the annex of vehicles."""

from __future__ import annotations

from collections import Counter
from datetime import date

from documents.kinds.forms import enclosed, reader
from documents.kinds.sentences import cell_day, sentence, stages
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import FANG, HEI, KAI
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import MeasureEntry
from models.papers.content.wording import NOTHING, day, listed, or_nothing, ordinal
from models.papers.kinds.compel_decision.content import (
    CompelDecision,
    GraveAccident,
    Hearing,
    TimeLimit,
    UnsafeVehicle,
)

ANNEX = "需要消除安全隐患的车辆清单"
_COUNTED = {2: "两"}


def _us(issuer: str) -> str:
    """本大队, 本支队: how who decides speaks of itself."""
    return next((f"本{word}" for word in ("大队", "支队", "总队") if issuer.endswith(word)), "本机关")


def _party(paper: CompelDecision) -> str:
    one = paper.party
    return body(
        f"当事人：{one.name}\n"
        f"统一社会信用代码：{or_nothing(one.credit_code)}\n"
        f"住所：{or_nothing(one.address)}\n"
        f"法定代表人：{or_nothing(one.representative)}"
    )


def _accidents(paper: CompelDecision) -> str:
    you, count = reader(paper.head), len(paper.accidents)
    what = f"取得{paper.party.licence}的专业运输单位" if paper.party.licence else "专业运输单位"
    many = _COUNTED.get(count, ordinal(count)) if count else NOTHING
    shares = listed({one.share: None for one in paper.accidents}, by="或者")
    opening = (
        f"经查，{you}为{what}，六个月内发生以下{many}起一次死亡三人以上的道路交通事故，"
        f"{you}车辆驾驶人均负{or_nothing(shares)}："
    )
    told = "".join(
        led(f"{n}. ", _accident(one, you, last=n == count), FANG) for n, one in enumerate(paper.accidents, 1)
    )
    return body(opening) + told


def _accident(one: GraveAccident, you: str, *, last: bool) -> str:
    vehicle = f"一辆{one.vehicle}" if one.vehicle else "一辆机动车"
    number = f"{one.liability_number}道路交通事故认定书" if one.liability_number else "道路交通事故认定书未登记"
    note = "，".join(filter(None, (number, one.liability_note and one.liability_note.rstrip("。"))))
    return (
        f"{day(one.on)}，{you}{vehicle}在{one.place}发生事故，致{one.deaths}人死亡，驾驶人负{one.share}（{note}）"
        f"{'。' if last else '；'}"
    )


def _hazards(paper: CompelDecision) -> str:
    you = reader(paper.head)
    span = f"上述{_COUNTED.get(len(paper.accidents), ordinal(max(len(paper.accidents), 1)))}起事故间隔未满六个月。"
    found = "；".join(_addressed(one.text, paper).rstrip("。；") for one in paper.hazards)
    told = f"调查同时发现{you}以下安全隐患：{found}。" if found else ""
    total = len({one.plate for one in paper.vehicles})
    listed_below = f"需要消除安全隐患的车辆共{total}辆，具体车辆和隐患见附件。" if total else ""
    proved = f"证据有{listed(('事故认定书', *paper.evidence))}。"
    return body(f"{span}{told}{listed_below}{proved}")


def _counted(vehicles: tuple[UnsafeVehicle, ...]) -> str:
    """How many vehicles have which hazard."""
    return "，".join(f"{count}辆{hazard}" for hazard, count in Counter(one.hazard for one in vehicles).items())


def _hearing(paper: CompelDecision) -> str:
    hearing = paper.hearing or Hearing()
    us, you = _us(paper.head.issuer), reader(paper.head)
    told = f"{day(hearing.told_on)}，{us}将拟作出决定的事实、理由、依据和陈述、申辩权利书面告知{you}"
    if hearing.stated is False:
        return body(f"{told}，{you}未提出陈述、申辩。")
    said = (hearing.statement or NOTHING).rstrip("。")
    return body(f"{told}；{day(hearing.stated_on)}，{you}陈述、申辩时提出，{said}。{sentence(hearing.outcome)}")


def _basis(paper: CompelDecision) -> str:
    law = "和".join(paper.basis) or NOTHING
    one = paper.approval
    approved = f"，报经{one.given_by}{day(one.on)}批准（{one.number}）" if one else ""
    return body(f"依据{law}{approved}，现决定：")


def _until(limit: TimeLimit, dated: date | None) -> str:
    """How the last day was counted, and that it is later where the service is."""
    if limit.due is None or limit.ends is None:
        return ""
    rolled = f"第{limit.length}{limit.ends.month}月{limit.ends.day}日为休息日，" if limit.ends != limit.due else ""
    later = f"；晚于{day(dated)}收到的，自实际收到之日起计算" if dated else ""
    return f"，{rolled}截止日为{day(limit.due)}（含当日{later}）"


def _limited(paper: CompelDecision) -> str:
    """What is ordered by when: within the limit, save what has a date of its own."""
    you, own = reader(paper.head), [one.due is not None for one in paper.measures]
    if own and all(own):
        return f"责令{you}按照各项写明的日期消除下列安全隐患："
    but = "（另行写明日期的除外）" if any(own) else ""
    until = _until(paper.limit, paper.head.dated)
    return f"责令{you}自收到本决定书之日起{paper.limit.length}内消除下列安全隐患{but}{until}："


def _addressed(text: str, paper: CompelDecision) -> str:
    """A text that names the party by its name, as one that speaks to it."""
    return text.strip().replace(paper.party.name, reader(paper.head))


def _item(one: MeasureEntry, paper: CompelDecision, *, last: bool) -> str:
    by = f"（{day(one.due)}前，含当日）" if one.due else ""
    told = "；".join((_addressed(one.text, paper).rstrip("。；") + by, *stages(one.milestones)))
    return told + ("。" if last else "；")


def _order(paper: CompelDecision) -> str:
    us, count = _us(paper.head.issuer), len(paper.measures)
    head = led("一、", _limited(paper), HEI)
    items = "".join(
        led(f"（{ordinal(n)}）", _item(one, paper, last=n == count), KAI) for n, one in enumerate(paper.measures, 1)
    )
    if not paper.vehicles:
        return head + items + led("二、", "未消除安全隐患的机动车，禁止上道路行驶。", HEI)
    banned = (
        "附件所列车辆，未消除安全隐患前禁止上道路行驶。每辆消除后，凭附件所列报验条件的证明材料"
        f"向{us}报验，经确认后方可上道路行驶。"
    )
    return head + items + led("二、", banned, HEI)


def _remedy(paper: CompelDecision) -> str:
    you = reader(paper.head)
    heard = [f"向{name}申请行政复议" for name in paper.reconsidered_by] or ["依法申请行政复议"]
    asked = "，也可以".join(heard)
    return body(
        f"{you}如不服本决定，可以自收到本决定书之日起六十日内，{asked}；或者自收到本决定书之日起六个月内，"
        "依法向有管辖权的人民法院提起行政诉讼。\n行政复议、行政诉讼期间，除法律规定的情形外，不停止本决定的执行。"
    )


def _note(paper: CompelDecision) -> str:
    """Who handled it, whom to call, and where the originals go."""
    head, approval = paper.head, paper.approval
    people = listed(paper.handlers) if paper.handlers else head.contact_name
    called = "，".join(
        f"{label}：{word}" for label, word in (("承办民警", people), ("联系电话", head.contact_phone)) if word
    )
    filed = f"，一份送{approval.given_by}备查" if approval else ""
    return f"{called}。本决定书一式{'三' if approval else '两'}份，一份送达当事人{filed}，一份附卷"


def _annex(paper: CompelDecision) -> str:
    if not paper.vehicles:
        return ""
    years = {one.found_on.year for one in paper.vehicles if one.found_on}
    year = min(years) if len(years) == 1 else None
    rows = [
        (str(n), one.plate, or_nothing(one.type), one.hazard, _found(one, year), or_nothing(one.condition))
        for n, one in enumerate(paper.vehicles, 1)
    ]
    titles = ("序号", "号牌", "车辆类型", "隐患", f"{year}年\n发现日期" if year else "发现日期", "报验条件")
    twice = [plate for plate, times in Counter(one.plate for one in paper.vehicles).items() if times > 1]
    total = len({one.plate for one in paper.vehicles})
    also = f"{listed(twice)}列入两项以上。" if twice else "没有同一辆车列入两项。"
    counted = _counted(paper.vehicles).replace("，", "、")
    return table(titles, rows, (660, 1440, 1640, 2324, 1240, 1540)) + body(f"说明：{counted}，共{total}辆；{also}")


def _found(one: UnsafeVehicle, year: int | None) -> str:
    """When it was found; the year stands in the head where all share it."""
    on = one.found_on
    return f"{on.month}月{on.day}日" if on and year else cell_day(on)


def build(paper: CompelDecision) -> Sheet:
    """Lay out one decision."""
    head = paper.head
    text = (
        _party(paper) + _accidents(paper) + _hazards(paper) + _hearing(paper) + _basis(paper) + _order(paper)
    ) + _remedy(paper)
    titles, pages = enclosed((ANNEX, _annex(paper)))
    whole = top(head, addressed=False) + close(text, head, titles, note=_note(paper), bound=1) + pages + imprint(head)
    return document(head, whole, DocumentKind.COMPEL_DECISION)

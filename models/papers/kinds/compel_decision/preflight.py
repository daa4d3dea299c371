"""What 责令限期消除安全隐患决定书 must hold before it is signed: its conditions, whom it orders, what, and how to object."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, doubtful, missing

from .conditions import lacking
from .content import CompelDecision, Party

_COUNTED = re.compile(r"附件所列(\d+)辆")


@checks(CompelDecision)
def of_decision(paper: CompelDecision) -> Iterator[Remark]:
    """Yield what the decision lacks; its conditions nobody can let pass."""
    for one in lacking(paper.party, paper.accidents, paper.hearing, paper.basis, paper.unsettled):
        yield missing(one.code, Place.CARRIER, "作出决定的条件", f"{one.text}。", waivable=False)
    yield from _of_party(paper.party)
    yield from _of_order(paper)
    if not paper.reconsidered_by:
        text = "没有写明行政复议机关：请由管理员在单位管理中确认发文机关的层级、领导机关层级和行政区划。"
        yield missing("no_remedy", Place.OFFICE, "行政复议机关", text)
    if not paper.head.copied_to:
        text = "没有通报单位：决定应当通报事故发生地和运输单位所在地的有关行政管理部门。"
        yield missing("nobody_told", Place.CARRIER, "通报单位", text)


def _of_party(party: Party) -> Iterator[Remark]:
    for said, code, what in (
        (party.credit_code, "party_code", "统一社会信用代码"),
        (party.address, "party_address", "住所"),
        (party.representative, "party_representative", "法定代表人"),
    ):
        if not said:
            yield missing(code, Place.UNITS, what, f"单位情况表没有填写当事人的{what}。")
    if not party.licence:
        yield doubtful("party_licence", Place.UNITS, "经营许可", "单位情况表没有填写当事人的经营许可。")


def _of_order(paper: CompelDecision) -> Iterator[Remark]:
    if not paper.measures:
        yield missing("no_measures", Place.MEASURES, "责令的事项", "决定书没有责令消除的安全隐患。", waivable=False)
    if not paper.hazards:
        yield missing("no_findings", Place.FINDINGS, "安全隐患", "决定书没有写明安全隐患。")
    elif not paper.evidence:
        yield missing("no_evidence", Place.FINDINGS, "证据", "决定书所列安全隐患没有证据。")
    if not paper.vehicles:
        text = "有安全隐患的车辆情况表没有车辆，决定书没有禁止上道路行驶的具体车辆。"
        yield doubtful("no_vehicles", Place.CARRIER, "车辆清单", text)
    yield from _of_counts(paper)
    dated, hearing = paper.head.dated, paper.hearing
    for one in paper.measures:
        if one.due is not None and dated is not None and one.due <= dated:
            text = f"措施{one.number}的完成期限不晚于决定书签发之日。"
            yield missing("measure_past", Place.MEASURES, "可以遵守的期限", text, row=one.number, waivable=False)
        if dated is not None and any(stage.due is not None and stage.due <= dated for stage in one.milestones):
            text = f"措施{one.number}的阶段目标日期不晚于决定书签发之日，请核对。"
            yield doubtful("stage_past", Place.MEASURES, "可以遵守的阶段目标", text, row=one.number)
    steps = [] if hearing is None else [day for day in (hearing.told_on, hearing.stated_on) if day is not None]
    if dated is not None and any(day > dated for day in steps):
        yield missing("heard_later", Place.CARRIER, "告知和陈述申辩日期", "告知或者陈述申辩的日期晚于决定书的日期。")


def _of_counts(paper: CompelDecision) -> Iterator[Remark]:
    """Yield where an item counts vehicles of the annex otherwise than the annex does."""
    right = {str(count) for count in Counter(one.hazard for one in paper.vehicles).values()}
    right.add(str(len({one.plate for one in paper.vehicles})))
    for one in paper.measures:
        for said in _COUNTED.findall(one.text):
            if said not in right:
                text = f"措施{one.number}写的是附件所列{said}辆，车辆清单中没有这样一项数目，请核对。"
                yield doubtful("vehicles_counted", Place.MEASURES, "与清单一致的车辆数", text, row=one.number)

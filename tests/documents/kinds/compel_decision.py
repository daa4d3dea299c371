"""Samples of the order to a specialised carrier: of a brigade that asked for approval, and one of the city's own."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import Aspect, DocumentForm, FindingLevel
from models.papers.content import FindingEntry, MeasureEntry, Paper
from models.papers.kinds.compel_decision.content import (
    Approval,
    CompelDecision,
    GraveAccident,
    Hearing,
    Party,
    TimeLimit,
    UnsafeVehicle,
)
from tests.documents.further_samples import head
from tests.documents.samples import ACCIDENT, CASE

CARRIER = "江城市某顺运输有限公司"
BRIGADE = "江城市公安局交通警察支队城东大队"
LAW = (
    "《中华人民共和国道路交通安全法》第一百零二条",
    "《道路交通事故处理程序规定》（公安部令第146号）第八十三条",
)
ORDERED = (
    "附件所列17辆车辆修复并经机动车安全技术检验合格",
    "附件所列9辆车辆恢复卫星定位终端正常使用",
    "对53辆个人出资车辆逐车明确驾驶人管理、车辆维护和运输调度责任，并有履行记录",
    "完成2025年整改清单剩余9项",
)
FOUND = (
    "53辆个人出资、登记在你公司名下的车辆脱离管理",
    "至2026年4月20日，上述车辆中有17辆制动性能检验不合格，9辆卫星定位终端离线或者被拆除",
    "2025年10月28日事故后的整改清单12项，完成3项",
)
BRAKES, OFFLINE = "制动性能检验不合格", "卫星定位终端离线或者被拆除"


def decision(**more: object) -> CompelDecision:
    """Return the decision of the brigade, with what is said otherwise."""
    top = head(
        DocumentForm.DECISION,
        "责令限期消除安全隐患决定书",
        CARRIER,
        issuer=BRIGADE,
        mark=BRIGADE,
        number="江公交城责改〔2026〕1号",
        dated=date(2026, 5, 8),
        copied_to=("某市交通运输局", "某市应急管理局", "城东区交通运输局", "城东区应急管理局"),
    )
    values: dict[str, object] = {
        "head": top,
        "case_number": CASE,
        "accident": ACCIDENT,
        "party": Party(
            name=CARRIER,
            specialised=True,
            credit_code="91420700000000000X",
            address="江城市城东区某路某号",
            representative="邱某",
            licence="道路货物运输经营许可",
        ),
        "accidents": (
            GraveAccident(
                on=date(2025, 10, 28),
                place="某市境内国道G106",
                deaths=3,
                share="主要责任",
                vehicle="重型货车",
                liability_number="某公交认字〔2025〕第106号",
            ),
            GraveAccident(
                on=date(2026, 3, 13),
                place="江城市县道岭坪线K12+318",
                deaths=4,
                share="主要责任",
                vehicle="重型自卸货车",
                liability_number="江公交认字〔2026〕第018号",
                liability_note="4月10日送达，期满无人申请复核",
            ),
        ),
        "hazards": tuple(
            FindingEntry(
                number=f"F{n}",
                level=FindingLevel.INDIRECT,
                aspect=Aspect.MANAGEMENT,
                text=text,
                organisations=(CARRIER,),
                evidence=(f"E{n}",),
                duty_failure=True,
            )
            for n, text in enumerate(FOUND, 1)
        ),
        "evidence": ("检验报告", "卫星定位平台记录", "公司负责人询问笔录"),
        "hearing": Hearing(
            told_on=date(2026, 4, 27),
            stated=True,
            stated_on=date(2026, 4, 29),
            statement="拟列入的19辆制动性能不合格车辆中，2辆已于4月25日修复并经检验合格",
            outcome="经查证属实，该2辆不再列入，上述17辆为核减后的数字",
        ),
        "basis": LAW,
        "approval": Approval(given_by="江城市公安局交通警察支队", number="江公交批〔2026〕2号", on=date(2026, 5, 7)),
        "measures": tuple(
            MeasureEntry(number=f"M{n}", text=text, lead=CARRIER, findings=(f"F{min(n, 3)}",))
            for n, text in enumerate(ORDERED, 1)
        ),
        "limit": TimeLimit(length="30日", ends=date(2026, 6, 7), due=date(2026, 6, 8)),
        "vehicles": (
            *(_vehicle(n, BRAKES, "安全技术检验合格证明") for n in range(1, 18)),
            *(_vehicle(n, OFFLINE, "平台连续7日在线记录") for n in range(18, 27)),
        ),
        "reconsidered_by": ("江城市人民政府", "城东区人民政府"),
        "handlers": ("明某", "祝某"),
    }
    return CompelDecision.model_validate(values | more)


def _vehicle(n: int, hazard: str, condition: str) -> UnsafeVehicle:
    return UnsafeVehicle(
        plate=f"鄂G000{n:02}", type="重型自卸货车", hazard=hazard, found_on=date(2026, 4, 15), condition=condition
    )


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    silent = Hearing(told_on=date(2026, 4, 27), stated=False)
    own = decision(approval=None, hearing=silent, vehicles=(), reconsidered_by=("江城市人民政府",))
    return {"compel_decision": decision(), "compel_decision_of_the_city": own}

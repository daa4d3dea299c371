"""Samples of a quarter's circular and of one about an accident."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm, Indicator
from models.papers.content import Paper
from models.papers.kinds.circular.content import (
    AccidentCount,
    AccidentFigures,
    Circular,
    DivisionCount,
    Figures,
    LateMatter,
    OwnMatter,
    OwnPolice,
    UnitCount,
)
from tests.documents.further_samples import head
from tests.documents.samples import ACCIDENT, CASE

RULE = "依据《江城市道路交通安全委员会工作规则》（江城道安委〔2024〕2号）第二十条"
OFFICE = "江城市道路交通安全委员会办公室"
MEMBERS = ("东山区道路交通安全委员会办公室", "江城市道路交通安全委员会各成员单位")
FIGURES = Figures(
    open_cases=5,
    units=(
        UnitCount(unit="江城市交通运输局", due=11, on_time=9, done_late=1, late=1),
        UnitCount(unit="东山区道路交通安全委员会办公室", due=8, on_time=6, done_late=1, late=1),
        UnitCount(unit="江城市公安局", due=5, on_time=3, done_late=2, late=0),
        UnitCount(unit="江城市教育局", due=2, on_time=2, done_late=0, late=0),
    ),
    matters=(
        LateMatter(
            unit="东山区道路交通安全委员会办公室",
            matter="在平交路口设置信号灯（“1·8”一般道路交通事故）",
            planned=date(2026, 3, 25),
            days_late=97,
        ),
        LateMatter(
            unit="江城市交通运输局",
            matter="对普通货运企业挂靠车辆逐车建账并依法处理（“3·15”较大道路交通事故）",
            planned=date(2026, 6, 10),
            days_late=20,
            reason="7月8日整改进展：一个区未按时报送名册，逐车核对量大",
            pressed=("6月12日催办", "6月24日督办"),
        ),
        LateMatter(
            unit="东山区道路交通安全委员会办公室",
            matter="清除工业园区入口的视距遮挡（“1·8”一般道路交通事故）",
            planned=date(2026, 6, 25),
            days_late=5,
            reason="6月30日延期申请：树木移植许可办理中，已设凸面镜和警示标志",
        ),
    ),
    earlier=1,
    own=OwnPolice(
        unit="江城市公安局",
        matters=(
            OwnMatter(
                by="江城市公安局交通警察支队",
                matter="回查三年事故数据",
                planned=date(2026, 5, 29),
                done=date(2026, 6, 4),
            ),
            OwnMatter(
                by="江城市公安局交通警察支队",
                matter="清查路口标志",
                planned=date(2026, 6, 15),
                done=date(2026, 6, 18),
            ),
        ),
        replies=29,
        in_time=27,
        exceeded=2,
        limit="5个工作日",
    ),
    coming=26,
)


def counts(now: tuple[int, ...], before: tuple[int | None, ...], losses_unknown: int = 0) -> tuple[AccidentCount, ...]:
    """Return the figures in the order of their indicators."""
    return tuple(
        AccidentCount(
            indicator=one,
            now=this,
            before=last,
            unknown=losses_unknown if one is Indicator.PROPERTY_LOSS else 0,
        )
        for one, this, last in zip(Indicator, now, before, strict=True)
    )


ACCIDENTS = AccidentFigures(
    counted_on=date(2026, 7, 1),
    note="内部参考，以公安交管统计为准",
    figures=counts((42, 6, 51, 132_000, 6, 0), (45, 8, 47, 150_400, 7, 1), losses_unknown=3),
    cumulative=counts((231, 38, 270, 901_000, 36, 0), (240, 41, 281, 968_200, 39, 1)),
    divisions=(
        DivisionCount(name="西山区", counts=counts((12, 1, 15, 30_000, 1, 0), (14, 3, 16, 41_000, 2, 1))),
        DivisionCount(name="东山区", counts=counts((30, 5, 36, 102_000, 5, 0), (31, 5, 31, 109_400, 5, 0))),
    ),
    beside=(
        "按地域统计：事故起数45起、死亡人数7人。",
        "按简易程序处理的310起另计，不在以上数字中。",
        "6月25日以后的9起未满7日，死亡人数还可能增加，与上年同期相比时须留意。",
    ),
)


def of_accidents() -> Circular:
    """Return a month's circular with the accidents of the territory."""
    return circular(
        head=_head("关于2026年6月道路交通事故及整改措施落实情况的通报", date(2026, 7, 13)),
        called="2026年6月",
        coming="2026年7月",
        since=date(2026, 6, 1),
        figures=FIGURES.model_copy(update={"accidents": ACCIDENTS}),
    )


def circular(**more: object) -> Circular:
    values: dict[str, object] = {
        "head": _head("关于2026年第二季度道路交通事故整改措施落实情况的通报", date(2026, 7, 13)),
        "case_number": CASE,
        "power": RULE,
        "place": "全市",
        "called": "2026年第二季度",
        "coming": "2026年第三季度",
        "since": date(2026, 4, 1),
        "until": date(2026, 6, 30),
        "figures": FIGURES,
        "practices": ("江城市农业农村局以集中检验和上门检验相结合，6月29日前清理逾期拖拉机163台",),
        "steps": ("需要立项和资金的措施，请在到期前报送临时管控措施和阶段日期",),
        "report_by": date(2026, 7, 24),
    }
    return Circular(**{**values, **more})


def of_an_accident(**more: object) -> Circular:
    values: dict[str, object] = {
        "head": _head("关于“3·15”较大道路交通事故教训的通报", date(2026, 4, 20)),
        "case_number": CASE,
        "power": RULE,
        "place": "全市",
        "accident": ACCIDENT,
        "lessons": ("事故路段中央护栏缺失，隐患排查没有发现", "货运企业没有值守动态监控平台"),
        "steps": ("各成员单位对同类路段和同类企业排查一次，5月20日前将结果报送我办",),
    }
    return Circular(**{**values, **more})


def _head(title: str, dated: date) -> object:
    return head(
        DocumentForm.CIRCULAR,
        title,
        OFFICE,
        issuer=OFFICE,
        mark=f"{OFFICE}文件",
        recipients=MEMBERS,
        copied_to=("江城市人民政府办公室",),
        number="江城道安办通报〔2026〕2号",
        dated=dated,
        printed_by=OFFICE,
        closing="特此通报。",
    )


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    return {"circular": circular(), "circular_of_an_accident": of_an_accident(), "circular_of_a_month": of_accidents()}

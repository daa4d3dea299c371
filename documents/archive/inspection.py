"""四性检测: what was looked at when a package was sealed (真实, 完整, 可用, 安全; DA/T 70-2018), and what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from documents.archive.item_metadata import ItemMetadata
from documents.archive.verify import ARCHIVE_NUMBER, DATE
from models.kernel.record import event_chain
from models.kernel.record.event_chain import JSON, canonical
from models.papers.content import ExcusedGap

FORMAT = "shencha-inspection/1"
PASSED, REMARK, NOT_DONE = "通过", "注意", "未检测"
FEW = 5  # items named one by one; of more the number says enough


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: of which of the four, what, how it came out (通过, 注意 or 未检测), and what was found."""

    quality: str
    what: str
    result: str
    found: str


def inspected(
    described: Sequence[ItemMetadata],
    events: Sequence[Mapping[str, JSON]],
    info: Mapping[str, str],
    excused: Sequence[ExcusedGap] = (),
) -> tuple[Check, ...]:
    """Return the checks of a package about to be sealed. What would forbid its sealing is refused, and not noted here."""
    return (
        *_authentic(described, events, info),
        *_complete(described),
        *_lacking(excused, info),
        *_usable(described),
        *_safe(described),
    )


def inspection_json(checks: Iterable[Check], info: Mapping[str, str]) -> bytes:
    """Return data/inspection.json: one line of canonical JSON."""
    rows: list[JSON] = [dict(asdict(check)) for check in checks]
    said: dict[str, JSON] = {
        "format": FORMAT,
        "archive_number": info[ARCHIVE_NUMBER],
        "inspected_on": info[DATE],
        "checks": rows,
    }
    return canonical(said) + b"\n"


def _authentic(
    described: Sequence[ItemMetadata], events: Sequence[Mapping[str, JSON]], info: Mapping[str, str]
) -> Iterable[Check]:
    checked = event_chain.verify(events)
    linked = f"{checked.length}条，逐条衔接" if checked.ok else f"有{len(checked.faults)}处不衔接"
    yield Check("真实性", "归档前的事项记录逐条衔接、内容与校验值相符", PASSED if checked.ok else REMARK, linked)
    files = sum(len(one.files) for one in described)
    yield Check(
        "真实性", "每个文件的内容与登记的校验值相符", PASSED, f"{files}个文件，写入档案包时逐个重算，不符的不予封装"
    )
    silent = [one for one in described if one.files and not one.happenings]
    yield _listed(
        "真实性", "每件的来源在本案事项记录中有记载", silent, "的来源不在本案事项记录中（由他案转入或者共用）"
    )
    signed = sum(1 for one in described if one.signatures)
    yield Check("真实性", "电子印章", NOT_DONE, f"{signed}件有电子印章，本程序不核验印章，请用签章软件核验")


def _complete(described: Sequence[ItemMetadata]) -> Iterable[Check]:
    yield Check("完整性", "目录序号连续，件件在目录中", PASSED, f"{len(described)}件")
    yield _listed("完整性", "每件有电子文件", [one for one in described if not one.files], "没有电子文件，见目录备注")
    nameless = [one for one in described if not one.item.responsible or not one.item.dated]
    yield _listed("完整性", "每件有题名、责任者和日期", nameless, "缺责任者或者日期")
    uncounted = [one for one in described if one.files and one.item.pages is None]
    yield _listed("完整性", "每件有页数", uncounted, "没有页数")


def _lacking(excused: Sequence[ExcusedGap], info: Mapping[str, str]) -> Iterable[Check]:
    """What a volume was closed without; a supplement closes no case."""
    if "Supplement-To" not in info:
        found = f"{len(excused)}处缺项说明理由、经批准后归档" if excused else "没有缺项"
        yield Check("完整性", "归档前检查应办、应有的事项", REMARK if excused else PASSED, found)


def _usable(described: Sequence[ItemMetadata]) -> Iterable[Check]:
    troubled = [one for one in described if any(looked.trouble for _, looked in one.files)]
    yield _listed("可用性", "文件格式可以识别，与扩展名一致", troubled, "有不能识别、为空或者名不副实的文件")
    editable = [
        one
        for one in described
        if any(looked.label == "Word 文档" for _, looked in one.files)
        and not any(looked.mime in ("application/pdf", "application/ofd") for _, looked in one.files)
    ]
    yield _listed("可用性", "文书有版式文件", editable, "只有可编辑的文件，没有版式文件")


def _safe(described: Sequence[ItemMetadata]) -> Iterable[Check]:
    yield Check("安全性", "文件名在常用系统上都可用，没有链接和特殊文件", PASSED, "写入档案包时核对，不符的不予封装")
    active = [one for one in described if any(looked.active for _, looked in one.files)]
    yield _listed("安全性", "PDF 文件没有脚本、附件和启动命令的标记（压缩部分未看）", active, "有此类标记，打开时注意")
    yield Check("安全性", "病毒和恶意代码", NOT_DONE, "本程序不查杀病毒，以本单位安全软件的查杀结果为准")


def _listed(quality: str, what: str, lacking: Sequence[ItemMetadata], why: str) -> Check:
    if not lacking:
        return Check(quality, what, PASSED, "没有例外")
    named = "、".join(f"第{one.item.sequence}件" for one in lacking[:FEW])
    more = f"等{len(lacking)}件" if len(lacking) > FEW else ""
    return Check(quality, what, REMARK, "".join(chain((named, more, why))))

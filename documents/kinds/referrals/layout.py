"""请示, 意见 and 商请督促函: the accident, the measures, and what is asked of the reader."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing, enclosed, reader, writer
from documents.kinds.rectification_notice.layout import tasks
from documents.kinds.sentences import sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.table import table
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.content import CaseTopic, HazardFacts, Head, MeasureEntry
from models.papers.content.wording import NOTHING, day, in_short, or_nothing
from models.papers.kinds.referrals.content import (
    AnnexedMeasure,
    Opinion,
    OwnWords,
    ReferralLetter,
    ReferredMeasure,
    RequestForInstructions,
)


def _found(topic: CaseTopic) -> str:
    """What we did, as a clause."""
    if isinstance(topic, HazardFacts):
        return "公安机关交通管理部门进行了现场核查"
    return "公安机关交通管理部门开展了深度调查，查明了存在的问题"


def request(paper: RequestForInstructions) -> Sheet:
    """Lay out a request for instructions: one matter, with what we would prefer."""
    head = paper.head
    if paper.own is not None:
        return _own(head, f"{in_short(paper.accident)}。", paper.own, DocumentKind.REQUEST_FOR_INSTRUCTIONS)
    found = paper.found or f"部分问题属于{paper.unit}统筹解决的事项，需要落实下列措施："
    text = (
        body(f"{in_short(paper.accident)}。{_found(paper.accident)}，{found}")
        + _listed(paper.measures, head)
        + (body(paper.why) if paper.why else "")
        + body(_inclined(paper))
        + body(f"{_told_apart(paper)}本请示只就上述措施由哪个机关办理提出。")
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REQUEST_FOR_INSTRUCTIONS)


def _inclined(paper: RequestForInstructions) -> str:
    """Which way we would prefer; papers of before knew only one."""
    superior = reader(paper.head)
    return paper.inclined or (
        f"为此，我单位倾向于由{superior}就上述措施向{paper.unit}行文；"
        f"{superior}认为以其他方式办理更为适宜的，我单位将按要求提供文稿。"
    )


def _told_apart(paper: RequestForInstructions) -> str:
    return "道路隐患和治理建议另行报告本级人民政府，" if paper.reported else ""


def opinion(paper: Opinion) -> Sheet:
    """Lay out an 意见: the matter, the reasons, what we propose."""
    return _own(paper.head, f"{in_short(paper.accident)}。", paper.own, DocumentKind.OPINION)


def _own(head: Head, accident: str, own: OwnWords, kind: DocumentKind) -> Sheet:
    """What a person wrote, with the measures on a page of their own."""
    text = body(accident + sentence(own.matter)) + body(sentence(own.reasons)) + body(sentence(own.inclination))
    text += body(closing(head))
    titles, pages = enclosed(("有关整改措施和完成日期", _annex(own.annex)))
    return document(head, top(head) + close(text, head, titles) + pages + imprint(head), kind)


def _annex(measures: Sequence[AnnexedMeasure]) -> str:
    rows = [
        (str(n), one.text, "\n".join(one.units) or NOTHING, day(one.due), or_nothing(one.proof))
        for n, one in enumerate(measures, 1)
    ]
    return table(("序号", "措施", "责任单位", "完成日期\n（含当日）", "以何证明"), rows, (640, 3404, 1800, 1500, 1500))


def letter(paper: ReferralLetter) -> Sheet:
    """Lay out a letter to the authority of a unit, or to the police of its place."""
    head = paper.head
    text = (
        body(
            f"{in_short(paper.accident)}。{_found(paper.accident)}，提出了下列涉及{paper.unit}的整改措施，"
            f"现函告{reader(head)}，请依照职权督促落实："
        )
        + _listed(paper.measures, head)
        + body(f"请将{paper.unit}落实上述措施的情况函复{writer(head)}；对措施或者职责分工有不同意见的，请一并说明。")
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REFERRAL_LETTER)


def _listed(measures: Sequence[ReferredMeasure], head: Head) -> str:
    """The measures; as a table where they have dates."""
    if not any(one.due for one in measures):
        return "".join(led(f"{n}. ", sentence(one.text)) for n, one in enumerate(measures, 1))
    entries = [
        MeasureEntry(number=str(n), text=one.text, due=one.due, proof=one.proof, milestones=one.milestones)
        for n, one in enumerate(measures, 1)
    ]
    return tasks(entries, head)

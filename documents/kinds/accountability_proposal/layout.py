"""倒查问责建议书: facts, duties and their basis for the competent organ; a proposal that names no penalty."""

from __future__ import annotations

from documents.kinds.analysis_report.layout import EVIDENCE_LIST
from documents.kinds.duties import basis, beside, each_once, subject
from documents.kinds.forms import enclosed, reader, writer
from documents.kinds.sentences import evidence, rests_on, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import IN_PERSON, top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import AccountabilityProposal, DutyEntry, HazardFacts
from models.papers.content.wording import in_short, listed, ordinal

_STATES_FACTS = (
    "{this}只陈述{where}中查明的事实和职责规定，不对任何单位和个人作出责任结论，也不提出处分、处罚的种类和幅度；"
    "是否启动、如何处理，由有权机关依法决定。"
)


def _organ(paper: AccountabilityProposal) -> str:
    return reader(paper.head).replace("单位", "机关")


def _opening(paper: AccountabilityProposal) -> str:
    where = "督促整改" if isinstance(paper.accident, HazardFacts) else "深度调查"
    found = f"公安机关交通管理部门在{where}中，发现有关单位和人员存在未按规定履行职责的情况。"
    announced = "函告" if paper.head.form is DocumentForm.LETTER else "报告"
    asked = f"现将有关事实{announced}，建议对有关履职情况启动倒查问责。"
    return body(f"{in_short(paper.accident)}。{found}{_as_reported(paper)}{asked}")


def _as_reported(paper: AccountabilityProposal) -> str:
    """What the bearing of each fact on the accident is told by."""
    if paper.report_number is None or not any(entry.bearing for entry in paper.subjects):
        return ""
    return f"与事故的联系，按{rests_on(paper.report_number, paper.report_dated, '调查分析报告')}的认定表述。"


def _subject(entry: DutyEntry, *, reported: bool) -> str:
    """One subject: the duty and its basis, what was not done and how a report has it, what else is known, what proves it."""
    duty, named = sentence(entry.duty), basis(entry)
    told = (
        ("职责和依据", f"{duty}依据是{named}。" if duty and named else duty or sentence(named)),
        ("未履行情况", sentence(entry.not_done)),
        ("与事故的联系", sentence(entry.bearing) if reported else ""),
        ("有关情况", beside(entry)),
        ("证据", sentence(listed(entry.evidence)) if entry.evidence else ""),
    )
    kept = [(title, words) for title, words in told if words]
    return "".join(led(f"（{ordinal(n)}）{title}。", words, KAI) for n, (title, words) in enumerate(kept, 1))


def _called(n: int) -> str:
    return f"第{ordinal(n)}部分"


def _request(paper: AccountabilityProposal) -> str:
    organ, hazard = _organ(paper), isinstance(paper.accident, HazardFacts)
    what, where = ("该处隐患整改", "督促整改") if hazard else ("该起事故", "调查")
    asked = f"建议{organ}对上述单位和人员在{what}中的履职情况启动倒查问责，依规依纪依法处理。" if paper.subjects else ""
    us, this = writer(paper.head), "本函" if paper.head.form is DocumentForm.LETTER else "本件"
    told = f"如需补充材料或者由调查人员说明情况，{us}将予配合。办理结果可以告知的，请书面告知{us}。"
    return body(asked) + body(_STATES_FACTS.format(this=this, where=where)) + _noted(paper) + body(told)


def _noted(paper: AccountabilityProposal) -> str:
    if not paper.noted:
        return ""
    told = "；".join(f"{s.subject}{s.state.rstrip('。')}" for s in paper.noted)
    return body(f"另有下列对象已经处理、已进入司法程序或者依法不予追究，一并告知：{told}。")


def build(paper: AccountabilityProposal) -> Sheet:
    """Lay out the proposal to one organ."""
    head = paper.head
    reported = paper.report_number is not None
    subjects = tuple(
        (subject(entry), _subject(entry, reported=reported)) for entry in each_once(paper.subjects, _called)
    )
    text = (
        _opening(paper)
        + sections(*subjects, ("建议", _request(paper)))
        + body((head.closing or _closing(head.form)).rstrip("。") + "。")
    )
    titles, pages = enclosed((EVIDENCE_LIST, evidence(paper.evidence)), others=paper.attachments)
    whole = top(head, handled=IN_PERSON) + close(text, head, titles) + pages
    return document(head, whole + imprint(head), DocumentKind.ACCOUNTABILITY_PROPOSAL)


def _closing(form: DocumentForm) -> str:
    return "以上建议，请予审查" if form is not DocumentForm.LETTER else "函复为盼"

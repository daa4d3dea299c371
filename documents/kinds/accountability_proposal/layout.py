"""倒查问责建议书: facts, duties and their basis for the competent organ; a proposal that names no penalty."""

from __future__ import annotations

from documents.kinds.analysis_report.layout import EVIDENCE_LIST
from documents.kinds.duties import duties
from documents.kinds.forms import enclosed, reader
from documents.kinds.sentences import evidence, happened, overview, rests_on, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import AccountabilityProposal
from models.papers.content.wording import listed


def _organ(paper: AccountabilityProposal) -> str:
    return reader(paper.head).replace("单位", "机关")


def _request(paper: AccountabilityProposal) -> str:
    names = listed(s.subject for s in paper.subjects)
    return body(f"建议{_organ(paper)}对{names}在该起事故中履行职责的情况依规依纪依法调查处理。") + body(
        "本建议书是建议，不是对责任的认定，也不提出处分、处罚的种类和幅度；是否追究责任以及如何处理，由有权机关决定。"
    )


def _noted(paper: AccountabilityProposal) -> str:
    if not paper.noted:
        return ""
    lines = (led(f"{n}. {s.subject}：", sentence(s.state)) for n, s in enumerate(paper.noted, 1))
    return body("下列对象已经处理、已进入司法程序或者依法不予追究，仅供参考：") + "".join(lines)


def build(paper: AccountabilityProposal) -> Sheet:
    """Lay out the proposal to one organ."""
    head, accident = paper.head, paper.accident
    opening = (
        f"{happened(accident)}经深度调查，形成{rests_on(paper.report_number, paper.report_dated)}，"
        "发现有关单位和人员履行职责方面的问题，现提出如下建议："
    )
    feedback = f"请{_organ(paper)}将是否采纳本建议以及处理结果书面告知我单位。"
    text = (
        body(opening)
        + sections(
            ("事故概况", overview(accident, head.dated)),
            ("建议调查的对象、职责和事实", duties(paper.subjects)),
            ("建议", _request(paper) if paper.subjects else ""),
            ("结果反馈", body(feedback)),
            ("其他情况", _noted(paper)),
        )
        + body((head.closing or _closing(head.form)).rstrip("。") + "。")
    )
    titles, pages = enclosed((EVIDENCE_LIST, evidence(paper.evidence)), others=paper.attachments)
    whole = top(head) + close(text, head, titles) + pages
    return document(head, whole + imprint(head), DocumentKind.ACCOUNTABILITY_PROPOSAL)


def _closing(form: DocumentForm) -> str:
    return "以上建议，请予审查" if form is not DocumentForm.LETTER else "以上建议，请审查并函复"

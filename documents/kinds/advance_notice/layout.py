"""先行整改通知 as 通知, 函 or 报告: an urgent hazard, what to do at once, how to answer."""

from __future__ import annotations

from documents.kinds.forms import closing, reader, upward, writer
from documents.kinds.rectification_notice.layout import problems
from documents.kinds.replies import advised, asked
from documents.kinds.sentences import sentence, task
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.measures import KAI
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.picture import code, code_media
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content import AdvanceNotice, Head, MeasureEntry
from models.papers.content.wording import day, in_short, ordinal


def _opening(paper: AdvanceNotice) -> str:
    why = sentence(paper.urgency) or "调查中发现下列隐患危险紧迫，不宜等待调查分析报告形成后处理。"
    by = f"{paper.power}。" if paper.power else ""
    asked_for = "现将有关情况报告如下，建议先行采取措施。" if upward(paper.head) else _to_act(paper)
    return body(f"{in_short(paper.accident)}。{why}") + body(by + asked_for)


def _to_act(paper: AdvanceNotice) -> str:
    head = paper.head
    if paper.advisory and paper.power is None:
        return f"现将有关情况函告如下，建议{reader(head)}立即采取措施。"
    how = "函告" if head.form is DocumentForm.LETTER else "通知"
    return f"现将有关情况{how}如下，请{reader(head)}立即采取措施。"


def _measures(paper: AdvanceNotice) -> str:
    """Each measure with its date in front, as who must act at once reads it."""
    return "".join(led(f"（{ordinal(n)}）", _measure(one, paper.head), KAI) for n, one in enumerate(paper.measures, 1))


def _measure(measure: MeasureEntry, head: Head) -> str:
    own = head.recipients[0] if head.recipients else None
    until = f"{day(measure.due)}前（含当日），" if measure.due else ""
    who = f"由{measure.lead}" if measure.lead and measure.lead != own else ""
    proof = f"完成后报送{measure.proof.rstrip('。')}。" if measure.proof and not upward(head) else ""
    return sentence(f"{until}{who}{task(measure)}") + proof


def _replies(paper: AdvanceNotice) -> str:
    """What is done on the spot already, what is to be done until the hazard is gone, and the answers."""
    done = body(f"现场已采取的临时措施：{sentence(paper.interim)}") if paper.interim else ""
    return done + _asked(paper)


def _asked(paper: AdvanceNotice) -> str:
    interim = "隐患消除前，建议采取限速、警示、封闭等临时管控措施。"
    if upward(paper.head):
        return body(interim + "调查工作仍在进行，有关情况将及时报告。")
    ours = writer(paper.head)
    how = f"请采取限速、警示、封闭等临时管控措施，保证通行安全；隐患消除后请立即告知{ours}，由{ours}现场核对。"
    answer_code = body(f"书面答复时请写明答复码{paper.answer_code}。") if paper.answer_code else ""
    follows = "调查分析报告形成后，上述事项并入整改一并核查。"
    if paper.advisory and paper.power is None:
        told = f"{interim}隐患消除后，请立即告知{ours}。"
        return body(told) + advised(paper.replies, paper.head) + answer_code
    return body(f"隐患消除前，{how}") + asked(paper.replies, paper.head) + body(follows) + answer_code


def build(paper: AdvanceNotice) -> Sheet:
    """Lay out one advance notice to one recipient."""
    head = paper.head
    text = (
        _opening(paper)
        + sections(
            ("需要立即消除的隐患", problems(paper.hazards)),
            ("建议先行采取的措施" if upward(head) or paper.advisory else "立即采取的措施", _measures(paper)),
            ("临时管控" if upward(head) else "临时管控和反馈", _replies(paper)),
        )
        + body(closing(head))
    )
    coded = paper.url is not None and not upward(head)
    titles = tuple(a.title for a in paper.attachments)
    whole = top(head) + close(text, head, titles) + (code() if coded else "") + imprint(head)
    return document(head, whole, DocumentKind.ADVANCE_NOTICE, code_media(paper.url) if paper.url and coded else ())

"""请示 and 商请督促函: the accident, the measures, and what is asked of the reader."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import happened, sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document, sections
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentKind
from models.papers.kinds.referrals.content import ReferralLetter, ReferredMeasure, RequestForInstructions


def request(paper: RequestForInstructions) -> Sheet:
    """Lay out a request for instructions: one matter, with what we would prefer."""
    head = paper.head
    why = body(paper.why) if paper.why else ""
    asked = body(
        f"请{reader(head)}审定并依照职权办理上述措施，或者明确由其他有权机关办理。"
        f"我单位倾向于由{reader(head)}向{paper.unit}或者其主管机关行文。"
    )
    text = (
        body(f"{happened(paper.accident)}现将涉及{paper.unit}的整改措施办理事项请示如下：")
        + sections(("拟请落实的措施", _listed(paper.measures)), ("请示理由", why), ("请示事项", asked))
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REQUEST_FOR_INSTRUCTIONS)


def letter(paper: ReferralLetter) -> Sheet:
    """Lay out a letter to the authority of a unit, or to the police of its place."""
    head = paper.head
    text = (
        body(
            f"{happened(paper.accident)}调查分析提出下列涉及{paper.unit}的整改措施，请{reader(head)}依照职权督促落实："
        )
        + _listed(paper.measures)
        + body("办理情况请予函复。")
        + body(closing(head))
    )
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.REFERRAL_LETTER)


def _listed(measures: Sequence[ReferredMeasure]) -> str:
    return "".join(led(f"{n}. ", sentence(one.text)) for n, one in enumerate(measures, 1))

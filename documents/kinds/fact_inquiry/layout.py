"""问询函: the accident, the questions, until when and how to answer."""

from __future__ import annotations

from documents.kinds.forms import closing, reader
from documents.kinds.sentences import sentence
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.papers.content.wording import day, in_short
from models.papers.kinds.fact_inquiry.content import FactInquiry


def build(paper: FactInquiry) -> Sheet:
    """Lay out one letter to one unit."""
    head, you = paper.head, reader(paper.head)
    opening = f"{in_short(paper.accident)}。公安机关交通管理部门正在开展深度调查。为查明有关事实，请{you}就下列事项提供书面说明："
    questions = "".join(led(f"{n}. ", sentence(line)) for n, line in enumerate(paper.questions, 1))
    until = f"于{day(paper.due)}前（含当日）" if paper.due else ""
    how = "函复" if head.form is DocumentForm.LETTER else "书面报送"
    asked = f"请{until}{how}，附有关材料的复印件并加盖公章，注明联系人和电话；没有相关材料的，请一并说明。"
    text = body(opening) + questions + body(asked) + body(closing(head))
    return document(head, top(head) + close(text, head) + imprint(head), DocumentKind.FACT_INQUIRY)

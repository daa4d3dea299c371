"""更正通知 and 撤销通知: what is put right in a paper that is out."""

from __future__ import annotations

from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.office.rules.paper_kinds import PaperKind

KINDS = (
    PaperKind(
        kind=DocumentKind.CORRECTION,
        series="更",
        titles={
            DocumentForm.REPORT: "关于更正{number}文书的报告",
            DocumentForm.LETTER: "关于更正{number}文书的函",
            DocumentForm.NOTICE: "关于更正{number}文书的通知",
        },
        answered=False,
        any_stage=True,
    ),
    PaperKind(
        kind=DocumentKind.WITHDRAWAL,
        series="撤",
        titles={
            DocumentForm.REPORT: "关于撤销{number}文书的报告",
            DocumentForm.LETTER: "关于撤销{number}文书的函",
            DocumentForm.NOTICE: "关于撤销{number}文书的通知",
        },
        answered=False,
        any_stage=True,
    ),
)

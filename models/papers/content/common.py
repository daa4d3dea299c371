"""What every paper has in common: its head, its dates with their explanations, its attachments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.kernel.vocabulary import DocumentForm


class Content(BaseModel):
    """A frozen part of a paper. It holds what the paper says, never how it looks; everything printed comes from it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KeptText(Content):
    """What a person wrote in the place of a paragraph, good as long as the facts under the paragraph are those it had."""

    passage: str  # name of the paragraph
    base: str  # hash of the text that the facts gave
    text: str  # one line a paragraph


class Paper(Content):
    """A whole paper. Each kind has a type of its own, which says in `kind` whose content it is."""

    kind: str
    kept: tuple[KeptText, ...] = ()

    @property
    def title_line(self) -> str:
        """The title on one line."""
        raise NotImplementedError

    @property
    def own_date(self) -> date | None:
        """成文日期 or 立卷日期; None in a draft."""
        raise NotImplementedError

    @property
    def author(self) -> str:
        """Whose paper it is: the body that signs it."""
        raise NotImplementedError


def _to_fen(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


Yuan = Annotated[Decimal, Field(ge=0), AfterValidator(_to_fen)]
"""An amount of money in yuan, kept to the fen so that equal sums have equal bytes."""

Count = Annotated[int, Field(ge=0)]
"""A number of people or pages."""


class Head(Content):
    """The frame of a numbered paper (GB/T 9704 art. 7): who writes to whom, under which number, when."""

    form: DocumentForm
    issuer: str  # 署名: 发文机关全称或规范化简称
    mark: str  # 发文机关标志: “…文件” on 报告 and 通知, the issuer's name alone on a 函
    number: str | None = None  # 发文字号; None in a draft
    priority: Literal["特急", "加急"] | None = None  # 紧急程度
    signatory: str | None = None  # 签发人, upward papers only
    title: tuple[str, ...] = Field(min_length=1)  # lines as broken by meaning (wording.title_lines proposes them)
    recipients: tuple[str, ...] = ()  # 主送
    copied_to: tuple[str, ...] = ()  # 抄送
    dated: date | None = None  # 成文日期; None in a draft
    contact_name: str | None = None
    contact_phone: str | None = None
    printed_by: str | None = None  # 印发机关
    printed_on: date | None = None  # 印发日期
    publicity: str | None = None  # 公开属性; None where the office prints none
    closing: str | None = None  # 结束语; None takes the form's own (特此报告, 请予支持并函复, 请认真贯彻落实)


class HeadedPaper(Paper):
    """A paper with the frame of GB/T 9704: all but the volume and the form of 送达回证."""

    head: Head

    @property
    def title_line(self) -> str:
        """The title on one line."""
        return "".join(self.head.title)

    @property
    def own_date(self) -> date | None:
        """成文日期; None in a draft."""
        return self.head.dated

    @property
    def author(self) -> str:
        """Whose paper it is: the body that signs it."""
        return self.head.issuer


class DeadlineLine(Content):
    """A date that somebody must keep, with the way in which it was counted."""

    what: str  # what is due, such as 报送整改方案
    answer: Literal["receipt", "plan", "completion"] | None = None  # what a recipient does by it
    due: date | None = None
    provisional: bool = False  # the calendar of that year is not published yet
    explanation: str | None = None  # start event, days counted and skipped, calendar version
    basis: str | None = None
    borrowed: bool = False  # the limit is a 参考值


class Attachment(Content):
    """附件 that travels with the paper as a file of its own."""

    title: str
    note: str | None = None


class PaperReference(Content):
    """Another paper, as a paper cites it."""

    title: str
    number: str | None = None
    dated: date | None = None

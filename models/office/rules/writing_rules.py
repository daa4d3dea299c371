"""Who may be written to how, as data: group of recipients × kind of paper → body, form, title, closing, seal, signer."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from models.kernel.errors import Fault
from models.kernel.vocabulary import DocumentForm, DocumentKind, Publicity, SealMode, Word

from .paper_kinds import CARRYING, DIRECTIVE, PaperKind, paper_kind, paper_kinds
from .relations import ENTERPRISES, Group, IssuingBody

F = DocumentForm


class WhenLate(Word):
    """What a recipient may be met with when late (`models.office.rules.relations`)."""

    ORDER = "order", "督办"
    REPORT_TO_LEADERS = "report_to_leaders", "报告或者提请本单位领导"
    REMIND_AND_REPORT = "remind_and_report", "提醒对方并报告本单位领导"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a paper of one kind is written to one group.

    `title` may name {accident}, {again} (再次 on a second paper), {number} and {unit} of what it is about. `series` is
    the 机关代字 (None: the issuer's own series of the kind), `seal` None leaves it to the installation, `signer` (an
    account) None to the issuer's chain. `with_excerpt` lets a notice go out together with an excerpt of the report.
    `when_late` is what a late recipient of such a paper may be met with; None for papers that start no clock of the
    recipient. `publicity` is printed below the date unless it is `UNPRINTED`.
    """

    form: DocumentForm
    title: str
    closing: str
    issued_by: IssuingBody
    series: str | None = None
    seal: SealMode | None = None
    signer: str | None = None
    copies_industry_authority: bool = False
    with_excerpt: bool = False
    when_late: WhenLate | None = None
    publicity: Publicity = Publicity.UNPRINTED


Key = tuple[Group, DocumentKind]

# 政府督查工作条例 art. 7 leaves inspection to the bodies that have it: these groups get no order, light or rank.
NEVER_ORDERED = (Group.SUPERIOR, Group.OUTSIDE, Group.ENTERPRISE_OTHER_CITY)
FIELDS = {"accident", "again", "number", "unit"}

_FORMS = {
    Group.SUPERIOR: F.REPORT,
    Group.DEPARTMENT: F.LETTER,
    Group.SUBORDINATE: F.NOTICE,
    Group.ENTERPRISE: F.LETTER,
    Group.ENTERPRISE_ELSEWHERE: F.LETTER,
    Group.ENTERPRISE_OTHER_CITY: F.LETTER,
    Group.OUTSIDE: F.LETTER,
}
_WHEN_LATE = {
    Group.SUPERIOR: WhenLate.REPORT_TO_LEADERS,
    Group.OUTSIDE: WhenLate.REMIND_AND_REPORT,
    Group.ENTERPRISE_OTHER_CITY: WhenLate.REMIND_AND_REPORT,
}
_CLOSINGS = {F.REPORT: "特此报告。", F.LETTER: "请予支持并函复。", F.NOTICE: "请认真贯彻落实。"}
_TOLD = {F.REPORT: "特此报告。", F.LETTER: "特此函告。", F.NOTICE: "特此通知。"}  # what asks for no answer
# Upward an 意见 is dealt with as a 请示 is, to others it is for their reference.
_OPINION = {Group.SUPERIOR: "以上意见妥否，请批示。", Group.SUBORDINATE: "以上意见，请结合实际研究办理。"}


def _default(group: Group, one: PaperKind) -> Manner | None:
    """Return how a kind is written to a group where nobody said otherwise; None where it is never written to it."""
    when_late = _WHEN_LATE.get(group, WhenLate.ORDER)
    if group not in one.to or (one.directive and when_late is not WhenLate.ORDER):
        return None
    form = _FORMS[group] if _FORMS[group] in one.titles else list(one.titles)[-1]
    # Upward the bureau speaks, under its head's name.
    usual = IssuingBody.CITY_BUREAU if group is Group.SUPERIOR else IssuingBody.OWN_UNIT
    return Manner(
        form=form,
        title=one.title(group, form),
        closing=one.closing or _closing(group, form, asks=one.answered and group not in ENTERPRISES),
        issued_by=one.issued_by.get(group, usual),
        seal=one.seal,
        copies_industry_authority=group in ENTERPRISES,
        when_late=when_late if one.carries_measures else None,
    )


def _closing(group: Group, form: F, *, asks: bool) -> str:
    if form is F.OPINION:
        return _OPINION.get(group, "以上意见，供参考。")
    return (_CLOSINGS if asks else _TOLD)[form]


# A new installation numbers its rows in this order: first what carries measures, then the rest.
_ADDRESSED = sorted((one for one in paper_kinds().values() if one.titles), key=lambda one: not one.carries_measures)
DEFAULT_MANNERS: dict[Key, Manner] = {
    (group, one.kind): found for group in Group for one in _ADDRESSED if (found := _default(group, one)) is not None
}


@dataclass(frozen=True, slots=True)
class Manners:
    """The table in force: the newest version of each row, and which row of the database it is."""

    rows: Mapping[Key, Manner]
    ids: Mapping[Key, int]
    versions: Mapping[Key, int]

    def of(self, group: Group, kind: DocumentKind) -> Manner | None:
        """Return how a kind is written to a group; None where such a paper is never written to it."""
        return self.rows.get((group, kind))

    def when_late(self, group: Group) -> WhenLate:
        """Return what a late recipient of the group may be met with: what its rectification notice's row says."""
        notice = self.of(group, DocumentKind.RECTIFICATION_NOTICE)
        return WhenLate.REMIND_AND_REPORT if notice is None or notice.when_late is None else notice.when_late

    def may_get_order(self, group: Group) -> bool:
        """Return whether the ladder may climb to an order; only then its clocks are lit and it is ranked."""
        return self.when_late(group) is WhenLate.ORDER


STANDARD = Manners(DEFAULT_MANNERS, {}, {})


def check_manner(group: Group, kind: DocumentKind, manner: Manner) -> list[Fault]:
    """Return every fault of a row: empty words, unknown fields of the title, an order for who never gets one."""
    faults = []
    if not paper_kind(kind).titles:
        faults.append(Fault("kind", f"{kind.label}没有主送单位，不适用行文规则。", "manner_kind"))
    try:
        named = {name for _, name, _, _ in string.Formatter().parse(manner.title) if name is not None}
    except ValueError:
        named = {"{"}
    if not manner.title.strip() or not named <= FIELDS:
        wanted = "、".join(f"{{{name}}}" for name in sorted(FIELDS))
        faults.append(Fault("title", f"标题不能为空，其中只能使用{wanted}。", "manner_title"))
    if not manner.closing.strip():
        faults.append(Fault("closing", "请填写结束语。", "manner_closing"))
    ordering = kind in DIRECTIVE or manner.when_late is WhenLate.ORDER
    if group in NEVER_ORDERED and ordering:
        faults.append(Fault("group", f"{group.label}不适用督办、约谈和亮灯，逾期时报告或者提请领导。", "manner_order"))
    if group is Group.SUPERIOR and manner.form not in (DocumentForm.REPORT, DocumentForm.REQUEST, DocumentForm.OPINION):
        faults.append(Fault("form", "向上级行文只能用报告或者请示。", "manner_form"))
    if (kind in CARRYING) != (manner.when_late is not None):
        carrying = "和".join(one.label for one in CARRYING)
        faults.append(Fault("when_late", f"只有{carrying}写明逾期时的处理。", "manner_when_late"))
    if manner.with_excerpt and kind is not DocumentKind.RECTIFICATION_NOTICE:
        faults.append(Fault("with_excerpt", "只有整改报告通知书可以随附调查分析报告摘录。", "manner_with_excerpt"))
    return faults

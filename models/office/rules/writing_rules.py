"""Who may be written to how, as data: group of recipients × kind of paper → body, form, title, closing, seal, signer."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

from models.kernel.errors import Fault
from models.kernel.vocabulary import DocumentForm, DocumentKind, SealMode, Word

from .relations import Group, IssuingBody

F, K = DocumentForm, DocumentKind


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
    recipient.
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


Key = tuple[Group, DocumentKind]

# 政府督查工作条例 art. 7 leaves inspection to the bodies that have it: these groups get no order, light or rank.
NEVER_ORDERED = (Group.SUPERIOR, Group.OUTSIDE, Group.ENTERPRISE_OTHER_CITY)
FIELDS = {"accident", "again", "number", "unit"}

_FORMS = {
    Group.SUPERIOR: F.REPORT,
    Group.DEPARTMENT: F.LETTER,
    Group.SUBORDINATE: F.NOTICE,
    Group.ENTERPRISE: F.NOTICE,
    Group.ENTERPRISE_ELSEWHERE: F.LETTER,
    Group.ENTERPRISE_OTHER_CITY: F.LETTER,
    Group.OUTSIDE: F.LETTER,
}
_WHEN_LATE = {
    Group.SUPERIOR: WhenLate.REPORT_TO_LEADERS,
    Group.OUTSIDE: WhenLate.REMIND_AND_REPORT,
    Group.ENTERPRISE_OTHER_CITY: WhenLate.REMIND_AND_REPORT,
}
_ENTERPRISES = (Group.ENTERPRISE, Group.ENTERPRISE_ELSEWHERE, Group.ENTERPRISE_OTHER_CITY)
_CLOSINGS = {F.REPORT: "特此报告。", F.LETTER: "请函复。", F.NOTICE: "特此通知。"}
_TOLD = {**_CLOSINGS, F.LETTER: "特此函告。"}  # a letter that asks for no answer

_TITLES: dict[DocumentKind, dict[DocumentForm, str]] = {
    K.RECTIFICATION_NOTICE: {
        F.REPORT: "关于{accident}整改建议的报告",
        F.LETTER: "关于商请落实{accident}整改措施的函",
        F.NOTICE: "关于落实{accident}整改措施的通知",
    },
    K.ADVANCE_NOTICE: {
        F.REPORT: "关于{accident}暴露紧急隐患的报告",
        F.LETTER: "关于商请先行整改{accident}所涉隐患的函",
        F.NOTICE: "关于先行整改{accident}所涉隐患的通知",
    },
    K.ACCOUNTABILITY_PROPOSAL: {
        F.REPORT: "关于{accident}倒查问责建议的报告",
        F.LETTER: "关于{accident}倒查问责建议的函",
    },
    K.SUPERVISION_ORDER: {F.NOTICE: "关于{again}限期落实{accident}整改措施的督办通知"},
    K.CORRECTION: {
        F.REPORT: "关于更正{number}文书的报告",
        F.LETTER: "关于更正{number}文书的函",
        F.NOTICE: "关于更正{number}文书的通知",
    },
    K.WITHDRAWAL: {
        F.REPORT: "关于撤销{number}文书的报告",
        F.LETTER: "关于撤销{number}文书的函",
        F.NOTICE: "关于撤销{number}文书的通知",
    },
    K.CLUE_TRANSFER: {F.LETTER: "关于移送{accident}问题线索的函"},
    K.TALK_NOTICE: {F.NOTICE: "关于就{accident}整改事项进行约谈的通知"},
    K.TALK_MINUTES: {F.NOTICE: "约谈{unit}纪要"},
    K.EXCERPT: {
        F.REPORT: "关于报送{accident}调查分析报告摘录的报告",
        F.LETTER: "关于函送{accident}调查分析报告摘录的函",
        F.NOTICE: "关于印发{accident}调查分析报告摘录的通知",
    },
    K.LATE_REPORT: {F.REPORT: "关于{unit}落实{accident}整改措施情况的报告"},
}
_TO_WHO_MAY_BE_ORDERED = (K.SUPERVISION_ORDER, K.TALK_NOTICE, K.TALK_MINUTES)
_STARTS_CLOCKS = (K.RECTIFICATION_NOTICE, K.ADVANCE_NOTICE)
_ASKS_NOTHING = (K.CORRECTION, K.WITHDRAWAL, K.EXCERPT)


def _default(group: Group, kind: DocumentKind) -> Manner | None:
    form, body = _FORMS[group], IssuingBody.OWN_UNIT
    when_late = _WHEN_LATE.get(group, WhenLate.ORDER)
    if group is Group.SUPERIOR:
        body = IssuingBody.CITY_BUREAU  # upward the bureau speaks, under its head's name
    if kind in _TO_WHO_MAY_BE_ORDERED:
        if when_late is not WhenLate.ORDER:
            return None
        form = F.NOTICE
        if group is Group.DEPARTMENT:
            body = IssuingBody.ROAD_SAFETY_OFFICE
    elif kind is K.CLUE_TRANSFER:
        # The supervision organ as a rule; other competent organs of our own city as well.
        if group not in (Group.OUTSIDE, Group.DEPARTMENT):
            return None
    elif kind is K.LATE_REPORT:
        if group is not Group.SUPERIOR:
            return None
        body = IssuingBody.OWN_UNIT  # our own leaders hear it from us
    elif kind is K.ACCOUNTABILITY_PROPOSAL and form is F.NOTICE:
        form = F.LETTER  # a proposal asks, whoever it goes to
    closings = _TOLD if kind in _ASKS_NOTHING else _CLOSINGS
    # Whether the organ tells what came of clues is its own matter.
    closing = "专此函达。" if kind is K.CLUE_TRANSFER else closings[form]
    return Manner(
        form=form,
        title=_TITLES[kind][form],
        closing=closing,
        issued_by=body,
        # What seals minutes is the signature of both sides, on paper wherever the office seals otherwise.
        seal=SealMode.PAPER if kind is K.TALK_MINUTES else None,
        copies_industry_authority=group in _ENTERPRISES,
        when_late=when_late if kind in _STARTS_CLOCKS else None,
    )


DEFAULT_MANNERS: dict[Key, Manner] = {
    (group, kind): found for group in Group for kind in _TITLES if (found := _default(group, kind)) is not None
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
    if kind not in _TITLES:
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
    ordering = kind in _TO_WHO_MAY_BE_ORDERED or manner.when_late is WhenLate.ORDER
    if group in NEVER_ORDERED and ordering:
        faults.append(Fault("group", f"{group.label}不适用督办、约谈和亮灯，逾期时报告或者提请领导。", "manner_order"))
    if group is Group.SUPERIOR and manner.form is not DocumentForm.REPORT:
        faults.append(Fault("form", "向上级行文只能用报告。", "manner_form"))
    if (kind in _STARTS_CLOCKS) != (manner.when_late is not None):
        faults.append(Fault("when_late", "只有整改报告通知书和先行整改通知写明逾期时的处理。", "manner_when_late"))
    if manner.with_excerpt and kind is not DocumentKind.RECTIFICATION_NOTICE:
        faults.append(Fault("with_excerpt", "只有整改报告通知书可以随附调查分析报告摘录。", "manner_with_excerpt"))
    return faults

"""Options for the parameters of an action: papers, measures, findings by their short names; units; people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.case.queries.incoming import incoming_list
from models.clock.queries.clock_lists import DeadlineShown
from models.kernel.calendar.local_time import local_date
from models.kernel.refs import Thing
from models.kernel.vocabulary import DocumentKind
from models.office.queries.people import organisation_list, user_list
from models.overview.queries.case_contents import CaseContents
from models.overview.queries.case_view import CaseRead
from models.papers.queries.writing import ask
from models.prevention.queries.recurrences import RecurrenceOfCase
from models.rectification.queries.notice_links import BY_LINK
from ui.web.parts.visitor import Visitor

SHORT = 36
Choice = str | int
"""What a form gives for a thing that was chosen: its short name, or a row number."""


@dataclass(slots=True)
class Choices:
    """What a case holds, as forms offer it. Units and accounts are read only when a form asks for them."""

    visitor: Visitor
    view: CaseRead | None = None
    _contents: CaseContents | None = None
    _lists: dict[str, dict[Choice, str]] = field(default_factory=dict)

    @classmethod
    def of_case(cls, visitor: Visitor, view: CaseRead) -> Choices:
        """Return what can be chosen in a case."""
        return cls(visitor, view, CaseContents(view, visitor.actor))

    @property
    def contents(self) -> CaseContents:
        """Return what the case holds."""
        assert self._contents is not None  # asked only of a case
        return self._contents

    @property
    def seq(self) -> int:
        """Return the number of the last event before all that was shown."""
        return 0 if self.view is None else self.view.seq

    @property
    def rounds(self) -> Mapping[str, int]:
        """Return the round of approval of each paper that was shown."""
        return {} if self._contents is None else self._contents.rounds

    def of(self, thing: Thing | None) -> Mapping[Choice, str] | None:
        """Return value and words of what can be chosen for a reference; None where it is typed."""
        if thing is Thing.UNIT:
            return self._list("units")
        if thing is Thing.ACCOUNT:
            return self._list("people")
        if self.view is None or thing is None:
            return None
        made = {
            Thing.PAPER: self._papers,
            Thing.MEASURE: self._measures,
            Thing.FINDING: self._findings,
            Thing.EVIDENCE: self._evidence,
            Thing.ITEM: self._items,
            Thing.PERSON: self._persons,
            Thing.TALK: self._talks,
            Thing.REPLY: self._replies,
            Thing.DEADLINE: self._deadlines,
            Thing.RECURRENCE: self._recurrences,
            Thing.INCOMING: self._incoming,
        }.get(thing)
        return None if made is None else made()

    def may_get(self, unit: str, kind: DocumentKind) -> str:
        """Return whether such a paper may go to a unit that was chosen, and how, or which way is open else."""
        with self.visitor.reading() as read:
            return ask(read.session, read.actor, int(unit), kind, local_date(read.at)).short

    @property
    def _case(self) -> CaseRead:
        assert self.view is not None  # asked only of a case
        return self.view

    def _list(self, what: str) -> dict[Choice, str]:
        if what not in self._lists:
            with self.visitor.reading() as read:
                if what == "units":
                    units = organisation_list(read.session, read.actor)
                    self._lists[what] = {str(unit.id): unit.name for unit in units}
                else:
                    users = user_list(read.session, read.actor)
                    self._lists[what] = {
                        user.account: f"{user.name}（{user.organisation}）"
                        for user in users
                        if user.disabled_at is None and not user.account.startswith(BY_LINK)
                    }
        return self._lists[what]

    def _papers(self) -> dict[Choice, str]:
        return {
            paper.ref: f"{paper.ref} {paper.kind.label}"
            f"{'（' + paper.recipient + '）' if paper.recipient else ''} {paper.status.label}"
            for paper in self._case.documents
        }

    def _measures(self) -> dict[Choice, str]:
        return {ref: f"{ref} {short(text)}" for ref, text in self._case.measure_texts.items()}

    def _findings(self) -> dict[Choice, str]:
        return {one.ref: f"{one.ref} {one.aspect.label}：{short(one.text)}" for one in self.contents.findings}

    def _evidence(self) -> dict[Choice, str]:
        return {one.ref: f"{one.ref} {short(one.title)}" for one in self.contents.evidence}

    def _items(self) -> dict[Choice, str]:
        return {
            one.ref: f"{one.ref} {one.category}"
            + (f"（缺少{'、'.join(part.label for part in one.missing)}）" if one.missing else "")
            for one in self.contents.items
        }

    def _persons(self) -> dict[Choice, str]:
        return {one.ref: f"{one.ref} {one.name or '姓名不详'}" for one in self.contents.people}

    def _talks(self) -> dict[Choice, str]:
        return {one.id: f"约谈{one.organisation}" for one in self.contents.talks}

    def _replies(self) -> dict[Choice, str]:
        return {
            one.ref: f"{one.ref} {one.measure} {one.kind.label}（{one.organisation}）" for one in self.contents.replies
        }

    def _deadlines(self) -> dict[Choice, str]:
        return {
            str(one.id): f"{one.name}{_about(one)} {one.due_on}（{one.organisation}）"
            for one in self._case.deadlines
            if one.state in ("open", "suspended")
        }

    def _incoming(self) -> dict[Choice, str]:
        with self.visitor.reading() as read:
            owed = incoming_list(read.session, read.actor, local_date(read.at), case_number=self._case.case_number)
        return {one.ref: f"{one.ref} {one.kind.label}（{one.sender}，{one.number}）" for one in owed}

    def _recurrences(self) -> dict[Choice, str]:
        return {
            one.ref: f"{one.ref} {one.old_case_number} {one.measure}，{one.reason.label}"
            for one in self._case.recurrences
            if _waiting(one)
        }


def _about(clock: DeadlineShown) -> str:
    """Return what a clock is about: a unit may hold several measures until the same day."""
    about = clock.measure or clock.paper or clock.reply
    return f" {about}" if about else ""


def _waiting(recurrence: RecurrenceOfCase) -> bool:
    return not recurrence.after and recurrence.decision is None and recurrence.lapsed_at is None


def short(text: str, longest: int = SHORT) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= longest else f"{text[:longest]}…"

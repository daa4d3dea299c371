"""定稿: a person has the last word on a paper's text. Words are kept by paragraph; facts are changed where they are entered."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import DRAFTS
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.invisible import first_invisible
from models.office.tables import User
from models.papers.content.passages import Passage, Placed, label, placed
from models.papers.filling import text as text_of
from models.papers.queries.last_word import refuse_signed
from models.papers.rules.facts_in_words import StatedFacts
from models.papers.tables import Document, PaperText

from .approval import find_paper
from .approval_steps import take_step

LONGEST = 4000
"""Characters of a paragraph; a longer one would be no paragraph."""


@action("keep-text", title="修改文书段落的文字", rights=("paper.amend", "paper.decide"), after="edit-paper")
def keep_text(
    act: Act, case_number: str, *, paper: PaperRef, passage: str, text: str, seen_version: int | None = None
) -> int:
    """Put words in the place of a paragraph of an unsigned paper; returns the version of the paragraph from now on.

    `seen_version` is the version that was edited, 0 for a generated paragraph. Raises NotFound (no such paragraph),
    NotAllowed, WrongStage (signed, or completed by its signing only), Conflict (changed meanwhile), Invalid (empty, too
    long, a fact changed).
    """
    draft = _Draft.opened(act, case_number, paper)
    there = draft.passage(passage)
    draft.unchanged(there.name, seen_version)
    words = _worded(there, text)
    faults = draft.facts.faults(there, words)
    if faults:
        raise Invalid(str(faults[0]), faults=faults, code=faults[0].code)
    draft.keep({there: words})
    return draft.version(there.name)


@action("drop-text", title="文书段落恢复为系统生成的文字", rights=("paper.amend", "paper.decide"), after="keep-text")
def drop_text(act: Act, case_number: str, *, paper: PaperRef, passage: str, seen_version: int | None = None) -> None:
    """Put the generated text back in a paragraph, also where the facts under a kept one have changed.

    Raises NotFound (nothing was kept there), NotAllowed, WrongStage, Conflict.
    """
    draft = _Draft.opened(act, case_number, paper)
    draft.unchanged(passage, seen_version)
    if not draft.rows_of(passage):
        raise NotFound(f"{label(passage)}没有保留的修改。", code="text_not_kept")
    draft.drop(passage)


def take_back(act: Act, case_number: str, *, paper: str, digest: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Keep what came back in an edited file of the draft whose digest it carries; returns the paragraphs that changed.

    All of it or nothing. Raises as `keep_text`, Invalid with one fault for each fact that was changed, and Conflict where
    the draft says something else by now.
    """
    draft = _Draft.opened(act, case_number, paper)
    if draft.text.digest != digest:
        raise Conflict("文件导出以后，文书的内容已有变动，请重新导出，再把修改移过去。", code="other_version")
    wanted = {there: _worded(there, texts[there.name]) for there in map(draft.passage, texts)}
    faults = [fault for there, words in wanted.items() for fault in draft.facts.faults(there, words)]
    if faults:
        raise Invalid(f"有{len(faults)}处改动了案件里的事实，全部没有保存：", faults=faults, code="fact_changed")
    return draft.keep(wanted)


class _Draft:
    """The text of an unsigned paper in the hands of who may change it now."""

    def __init__(self, act: Act, case: Case, document: Document) -> None:
        self.act, self.case, self.document = act, case, document
        self.text = text_of(act.session, document.id, settings=act.settings, rules=rules_of(act), today=act.today)
        rows = act.session.scalars(select(PaperText).where(PaperText.document_id == document.id).order_by(PaperText.id))
        self.placed = placed(rows.all(), self.text.passages)

    @classmethod
    def opened(cls, act: Act, case_number: str, paper: str) -> _Draft:
        """Return a paper of the locked case. While it is a draft, an officer of the unit may change its words; later who
        holds the open step. Raises NotFound, NotAllowed, WrongStage."""
        case = lock_case(act, case_number)
        document = find_paper(act, case, paper)
        refuse_signed(paper, document.kind, document.status)
        if document.status in DRAFTS:
            policy.require(act.actor, "paper.amend", unit_path=unit_path(act, case))
        else:
            take_step(act, case, document, "paper.decide", None)
        return cls(act, case, document)

    @property
    def facts(self) -> StatedFacts:
        """Return what the paper states."""
        return StatedFacts(self.text.said, self.text.passages)

    def passage(self, name: str) -> Passage:
        """Return a passage that may be edited. Raises NotFound, WrongStage."""
        found = next((one for one in self.text.passages if one.name == name), None)
        if found is None:
            raise NotFound(f"文书里没有段落“{name}”，可能是案件情况已变，请刷新后再改。", code="passage_not_found")
        if name in self.text.fixed:
            raise WrongStage(f"{found.label}含有签发时才确定的日期或者文号，不能修改。", code="passage_fixed")
        return found

    def rows_of(self, name: str) -> list[PaperText]:
        """Return what was kept for a passage: what stands there, and what stood there before the facts changed."""
        there = self.placed.standing.get(name)
        return [*([] if there is None else [there]), *(one for one in self.placed.overtaken if one.passage == name)]

    def version(self, name: str) -> int:
        """Return the version of a passage; 0 where nothing was kept for it."""
        return max((row.version for row in self.rows_of(name)), default=0)

    def unchanged(self, name: str, seen: int | None) -> None:
        """Refuse words for a paragraph that somebody changed since it was shown. Raises Conflict."""
        if seen is None or seen == self.version(name):
            return
        by = [self.act.session.get_one(User, row.kept_by).name for row in self.rows_of(name)]
        raise Conflict(f"这一段刚才已由{by[0] if by else '他人'}改过，请看过现在的文字后再改。", code="conflict_seen")

    def keep(self, wanted: Mapping[Passage, str]) -> tuple[str, ...]:
        """Write words where they differ from what stands there; returns the passages that changed."""
        new = {there: words for there, words in wanted.items() if words != self._stands(there)}
        kept = {there: words for there, words in new.items() if words != there.text}
        for there in new:
            if there not in kept:
                self.drop(there.name)
        if kept:
            self._record("text_kept", [there.name for there in kept])
            self._write(kept)
        return tuple(there.name for there in new)

    def _stands(self, there: Passage) -> str | None:
        """Return what is read there now; None where a person still has to decide."""
        row = self.placed.standing.get(there.name)
        if row is not None:
            return row.text
        return None if self.rows_of(there.name) else there.text

    def _write(self, kept: Mapping[Passage, str]) -> None:
        standing = dict(self.placed.standing)
        for there, words in kept.items():
            for old in self.rows_of(there.name):
                self.act.session.delete(old)
            standing[there.name] = PaperText(
                document_id=self.document.id,
                passage=there.name,
                base=there.base,
                generated=there.text,
                text=words,
                version=self.case.last_seq,
                kept_by=self.act.person,
                kept_at=self.act.at,
            )
            self.act.session.add(standing[there.name])
        gone = {there.name for there in kept}
        self.placed = Placed(standing, tuple(one for one in self.placed.overtaken if one.passage not in gone))

    def drop(self, name: str) -> None:
        """Put the generated text back."""
        for row in self.rows_of(name):
            self.act.session.delete(row)
        self._record("text_restored", [name])

    def _record(self, kind: str, names: list[str]) -> None:
        record(self.act, self.case, kind, paper=self.document.ref, passages=names)


def _worded(passage: Passage, text: str) -> str:
    """Return a text with one line a paragraph. Raises Invalid for one that no paper can print."""
    hidden = first_invisible(text.replace("\r", ""))
    if hidden is not None:
        raise Invalid(f"{passage.label}含有不能打印的字符（{hidden}）。", code="invisible")
    words = "\n".join(filter(None, (line.strip().replace("\t", " ") for line in text.splitlines())))
    if not words:
        raise Invalid(f"{passage.label}不能没有文字；不要修改的，请恢复为系统生成的文字。", code="text_empty")
    if len(words) > LONGEST:
        raise Invalid(f"{passage.label}有{len(words)}个字符，最多{LONGEST}个。", code="text_too_long")
    return words

"""A draft on its way to an office program and back: the file that is edited, and what came back in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

from documents.editable import editable
from documents.taking_back import Came, Difference, differences, opened
from models.clock.queries.rulebook import rulebook
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Refused
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.overview.commands.foreseeing import foresee
from models.papers.commands.last_word import take_back
from models.papers.queries.last_word import DraftShown, draft_shown
from models.papers.rules.facts_in_words import StatedFacts
from ui.readings import paper_on_record


@dataclass(frozen=True, slots=True)
class CameBack:
    """What an edited file would change in which draft, or changed; `saved` says which."""

    case_number: str
    paper: str
    title: str
    differences: tuple[Difference, ...]
    saved: bool

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def draft_of(installation: Installation, account: str | None, case_number: str, paper: str) -> DraftShown:
    """Return a draft to be edited, as the account may see it. Raises NotFound, WrongStage."""
    with installation.reading(account) as read:
        draft = draft_shown(
            read.session,
            read.actor,
            case_number,
            paper,
            settings=installation.settings,
            rules=rulebook(read.session),
            today=local_date(read.at),
        )
    if draft.restricted:
        paper_on_record(installation, account, case_number, paper)
    return draft


def editable_file(installation: Installation, account: str | None, case_number: str, paper: str) -> tuple[str, bytes]:
    """Return name and bytes of a draft to be edited in an office program. Raises NotFound, WrongStage."""
    draft = draft_of(installation, account, case_number, paper)
    data = editable(draft.said, draft.fixed, case=case_number, ref=paper, state=draft.digest)
    return safe_name(f"{paper} {draft.title}（可编辑）.docx"), data


def came_back(
    installation: Installation,
    account: str | None,
    data: bytes,
    *,
    save: bool = False,
    of: tuple[str, str] | None = None,
) -> CameBack:
    """Say what an edited file changes, and with `save` keep it; `of` is the paper that it must belong to.

    Raises Invalid for what is no edited draft of ours or changes more than words, Conflict for another paper or another
    state of it, NotFound, NotAllowed and WrongStage as the draft has it.
    """
    came = opened(data)
    if of is not None and of != (came.case, came.paper):
        raise Conflict(f"这是案件{came.case}文书{came.paper}的文件，不是这份文书的。", code="other_paper")
    draft = draft_of(installation, account, came.case, came.paper)
    if came.state != draft.digest:
        raise Conflict("文件导出以后，文书的内容已有变动，请重新导出，再把修改移过去。", code="other_version")
    facts = StatedFacts(draft.said, draft.passages_as_given)
    found = differences(came, draft.said, draft.fixed, facts)
    if found:
        _take(installation, account, _taking(came, found), save=save)
    return CameBack(came.case, came.paper, draft.title, found, saved=save and bool(found))


def _taking(came: Came, found: tuple[Difference, ...]) -> Callable[[Act], object]:
    texts = {one.name: one.now for one in found}
    return lambda act: take_back(act, came.case, paper=came.paper, digest=came.state, texts=texts)


def _take(installation: Installation, account: str | None, step: Callable[[Act], object], *, save: bool) -> None:
    """Take the step, or see whether it would be taken. Raises what it is refused with."""
    if save:
        with installation.acting(account) as act:
            step(act)
        return
    who = installation.whose(account)
    [result] = foresee(installation.database, installation.settings, who, installation.clock(), [step]).results
    if isinstance(result, Refused):
        raise result

"""更正、撤销、改稿: redraft a paper before its seal; correct or withdraw it by a further paper after its service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from models.accountability.tables import Reader
from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import ENDED
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.text.short_names import next_ref
from models.kernel.vocabulary import ClockEffect, DocumentForm, DocumentKind, DocumentStatus
from models.office.tables import Organisation
from models.papers.rules.amending import Change, in_words
from models.papers.tables import Amendment, CircularRecipient, Document, DocumentVersion

from .approval import find_paper
from .bundling import put_on
from .drafting import amendable, draft_paper
from .outdated_papers import standing_flag
from .shared_papers import circular_recipients, lock_linked, parts_of, record_of_paper


@action("edit-paper", title="修改未签发文书的标题或情况说明", rights=("paper.amend",))
def edit_paper(
    act: Act, case_number: str, *, paper: PaperRef, title: str | None = None, note: str | None = None
) -> None:
    """Change the title or the added facts of a draft or returned paper. Raises WrongStage, Invalid without change."""
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.amend", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    amendable(document)
    wanted = {name: text.strip() or None for name, text in (("title", title), ("note", note)) if text is not None}
    if not wanted or wanted.get("title", "-") is None:
        raise Invalid("请填写新的标题或者情况说明。", code="nothing_to_change")
    before = {name: getattr(document, name) for name in wanted}
    for name, text in wanted.items():
        setattr(document, name, text)
    record(act, case, "paper_edited", paper=paper, before=before, after=wanted)


@action("redraft", title="用印前改稿，文号不变，重新签发", rights=("paper.redraft",))
def redraft(act: Act, case_number: str, *, paper: PaperRef, reason: str) -> None:
    """Take a signed paper back before it is sealed: it is changed, submitted and signed anew under the same number.

    What it said stays on record as a version. Raises WrongStage (not signed, sealed or delivered), Invalid without
    reason.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "paper.redraft", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    _require_running(case)
    if document.status is DocumentStatus.SEALED:
        raise WrongStage("文书已用印，不能改稿；请作废后重新拟制。", code="sealed")
    if document.status is DocumentStatus.DELIVERED:
        raise WrongStage("文书已送达，不能改稿；请以更正或撤销文书处理。", code="delivered")
    if document.kind is DocumentKind.TRACEBACK_ARCHIVE:
        raise WrongStage("档案不能改稿，请补充归档。", code="archive")
    document.status = lifecycle.advance(lifecycle.PAPER, document.status, "redraft")
    why = require_reason(reason)
    act.session.add(
        DocumentVersion(
            document_id=document.id,
            version=document.content_version,
            title=document.title,
            content=document.content,
            content_sha256=document.content_sha256,
            issued_at=document.issued_at,
            issued_on=document.issued_on,
            signed_by=document.signed_by,
            reason=why,
            replaced_at=act.at,
            replaced_by=act.person,
        )
    )
    record_of_paper(
        act,
        document,
        "paper_redrafted",
        why=why,
        number=document.number,
        version=document.content_version,
        content_sha256=document.content_sha256,
    )
    flag = standing_flag(act, document)
    if flag is not None and "title" in flag.changes:
        document.title = flag.changes["title"][1]
    document.content_version += 1
    document.content = document.content_sha256 = None
    document.signed_by = document.signed_for = document.issued_at = document.issued_on = None
    for part, _ in parts_of(act, document):
        deadlines.reopen(act, part, "notice.issue", document_id=document.id)


@action("draft-correction", title="拟制更正文书（送达后）", rights=("paper.amend",))
def draft_correction(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    reason: str,
    places: Sequence[str] = (),
    wrong: Sequence[str] = (),
    right: Sequence[str] = (),
    clocks: ClockEffect = ClockEffect.UNCHANGED,
    new_due: date | None = None,
) -> str:
    """Draft the correction of a delivered paper; returns its short name.

    Each place goes with what stands there and what is right; a flagged paper's changed figures need not be repeated.
    `clocks` is what becomes of the recipient's limits when the correction is served: unchanged, changed to `new_due`,
    or counted anew. Raises WrongStage before delivery, Conflict while another correction is under way, Invalid.
    """
    case, document = _wrong_paper(act, case_number, paper)
    if not len(places) == len(wrong) == len(right):
        raise Invalid("更正的位置、原文和更正内容应逐一对应，请核对数量。", code="passages_unequal")
    flag = standing_flag(act, document)
    passages = in_words(flag.changes) if flag is not None else []
    passages += [
        Change(_said(place), _said(before), _said(after))
        for place, before, after in zip(places, wrong, right, strict=True)
    ]
    if not passages:
        raise Invalid("请写明更正的位置、原文和更正后的内容。", code="passages_missing")
    if clocks is ClockEffect.ENDED:
        raise Invalid("更正文书不能终止期限；不再执行的文书请用撤销。", code="ends_clocks")
    if (clocks is ClockEffect.CHANGED) != (new_due is not None):
        raise Invalid("期限调整须写明新的完成日期；其他情形不填此项。", code="new_due")
    if new_due is not None and new_due <= act.today:
        raise Invalid("完成期限必须晚于今天。", code="due_past")
    drafted = draft_amending(act, case, document, DocumentKind.CORRECTION, require_reason(reason))
    act.session.add(
        Amendment(
            document_id=drafted.id,
            amended_id=document.id,
            reason=require_reason(reason),
            effect=clocks,
            new_due_on=new_due,
            passages=[asdict(passage) for passage in passages],
        )
    )
    return drafted.ref


@action("draft-withdrawal", title="拟制撤销文书（送达后）", rights=("paper.amend",))
def draft_withdrawal(act: Act, case_number: str, *, paper: PaperRef, reason: str, work_done: str | None = None) -> str:
    """Draft the withdrawal of a delivered paper; returns its short name.

    With its delivery the paper's clocks end and its measures wait for a new notice. Raises WrongStage before delivery,
    Conflict while another is under way, Invalid.
    """
    case, document = _wrong_paper(act, case_number, paper)
    if document.recipient_id is None:
        raise WrongStage(f"文书{paper}没有主送单位，不能撤销，请更正。", code="no_recipient")
    drafted = draft_amending(act, case, document, DocumentKind.WITHDRAWAL, require_reason(reason))
    act.session.add(
        Amendment(
            document_id=drafted.id,
            amended_id=document.id,
            reason=require_reason(reason),
            effect=ClockEffect.ENDED,
            passages=[],
            work_done=work_done.strip() if work_done and work_done.strip() else None,
        )
    )
    return drafted.ref


def _wrong_paper(act: Act, case_number: str, paper: str) -> tuple[Case, Document]:
    case = lock_linked(act, case_number)
    policy.require(act.actor, "paper.amend", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    require_amendable(act, case, document)
    return case, document


def require_amendable(act: Act, case: Case, document: Document) -> None:
    """Refuse to amend a paper that nobody relies on yet, that was withdrawn, or that is being amended already."""
    _require_running(case)
    paper = document.ref
    if document.kind in (DocumentKind.WITHDRAWAL, DocumentKind.TRACEBACK_ARCHIVE):
        raise WrongStage(f"{document.kind.label}不能更正或者撤销，请另行发文。", code="not_amendable")
    _require_out(document)
    earlier = act.session.execute(
        select(Document.ref, Document.kind, Amendment.effective_at)
        .join(Amendment, Amendment.document_id == Document.id)
        .where(Amendment.amended_id == document.id, Document.status != DocumentStatus.VOID)
        .order_by(Document.id)
    )
    for other in earlier:
        if other.effective_at is None:
            raise Conflict(f"文书{paper}的{other.kind.label}（{other.ref}）正在办理，请先办完。", code="amendment_open")
        if other.kind is DocumentKind.WITHDRAWAL:
            raise Conflict(f"文书{paper}已由{other.ref}撤销。", code="withdrawn")


def _require_out(document: Document) -> None:
    """Only who has received a paper, or may rely on a sealed one, needs to be told by another."""
    if document.status is DocumentStatus.DELIVERED:
        return
    if document.status is DocumentStatus.SEALED:
        if document.recipient_id is None:
            return
        raise WrongStage("文书已用印尚未送达，请作废后重新拟制，不需要更正或撤销。", code="not_delivered")
    if document.status is DocumentStatus.ISSUED:
        raise WrongStage("文书尚未用印送达，请改稿后重新签发，不需要更正或撤销。", code="not_delivered")
    raise WrongStage(f"文书{document.ref}当前为“{document.status.label}”，不需要更正或撤销。", code="not_delivered")


def draft_amending(act: Act, case: Case, wrong: Document, kind: DocumentKind, why: str) -> Document:
    """Draft the paper that puts a wrong one right, to the same recipient and in the same cases."""
    cited = cited_by_title(wrong)
    if wrong.recipient_id is None:
        paper = _to_nobody(act, case, wrong, kind, why)
    else:
        # Where the upper unit wrote in our stead, it also puts right what it wrote; so does the commission's office.
        told = circular_recipients(act, wrong.id)
        same = wrong.restricted or bool(told)
        issuer = act.session.get_one(Organisation, wrong.issuer_id) if same else None
        paper = draft_paper(act, case, kind, wrong.recipient_id, note=why, number=cited, issuer=issuer)
        paper.title = paper.title.replace("》文书的", "》的")
        put_on(act, paper, [part for part, _ in parts_of(act, wrong)[1:]])
        act.session.add_all(CircularRecipient(document_id=paper.id, organisation_id=unit) for unit in told)
    if wrong.restricted:
        paper.restricted = True
        readers = act.session.scalars(
            select(Reader.user_id).where(Reader.document_id == wrong.id, Reader.removed_at.is_(None))
        ).all()
        act.session.add_all(
            Reader(document_id=paper.id, user_id=reader, added_by=act.actor.id, added_at=act.at)
            for reader in sorted({*readers, act.person})
        )
    return paper


def cited_by_title(paper: Document) -> str:
    """Return 《…》 as the title of another paper cites it: by its title, for a title holds no number (GB/T 15834)."""
    return f"《{paper.title.replace('《', '〈').replace('》', '〉')}》"


def _to_nobody(act: Act, case: Case, wrong: Document, kind: DocumentKind, why: str) -> Document:
    """A sealed report lies in the file only: so does its correction, which takes effect when it is signed."""
    count = select(Document.occasion).where(
        Document.case_id == case.id, Document.kind == kind, Document.recipient_id.is_(None)
    )
    paper = Document(
        case_id=case.id,
        ref=next_ref(act, Document, case, "D"),
        kind=kind,
        form=DocumentForm.NOTICE,
        issuer_id=wrong.issuer_id,
        occasion=max(act.session.scalars(count), default=0) + 1,
        title=f"关于更正{cited_by_title(wrong)}的通知",
        status=DocumentStatus.DRAFT,
        round=1,
        restricted=wrong.restricted,
        note=why,
        drafted_at=act.at,
    )
    act.session.add(paper)
    act.session.flush()
    record(act, case, "paper_drafted", why=why, paper=paper.ref, kind=kind.value)
    return paper


def _require_running(case: Case) -> None:
    if case.stage in ENDED:
        raise WrongStage(f"案件已{case.stage.label}，不能再修改。")


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid("更正的位置、原文和更正后的内容都不能为空。", code="empty_text")
    return text.strip()

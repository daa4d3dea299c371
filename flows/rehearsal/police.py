"""Our people: each works through what lies on the desk, at the same hours every working day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import Row, select

from flows.rehearsal import desk, proposing
from flows.rehearsal.assumed import CountyOffice
from flows.rehearsal.run import (
    ARCHIVIST,
    CLERK,
    COLLEAGUE,
    COUNTERSIGNER,
    LEADER,
    OFFICER,
    REVIEWER,
    SIGNER,
    UPPER_OFFICER,
    UPPER_REVIEWER,
    UPPER_SIGNER,
    Run,
    moment,
)
from flows.rehearsal.scenarios import Scenario
from models.archive.queries.completeness import completeness
from models.archive.rules.gaps import GapKind
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.vocabulary import (
    AssignmentState,
    DeliveryMode,
    DocumentKind,
    DocumentStatus,
    Outcome,
    Stage,
    Verdict,
)
from models.office.commands import organisations
from models.office.tables import Organisation
from models.papers.queries.preflight import preflight
from models.papers.tables import Document

# A dossier's own date that leaves a recipient fewer working days than this is as good as past.
SHORTEST_LIMIT = 5
# Working days from the report's submission to the service of the notices: it is signed on the first.
UNTIL_SERVED = 2
SUMMONED_AHEAD, TALK_AT = 5, time(9, 0)  # working days from the leader's decision to the talk, and its hour
PROMISED_WITHIN = 5  # working days from the talk to the date that the unit promises
REFERRED_FOR = 15  # working days until somebody who was asked to see to measures answers
UNDECIDED = "已按程序报请或者商请办理，至归档时未作决定（推演）。"
UNDONE = "经提醒、预警并依权限督办，责任单位始终未反馈，本措施按未完成办结并说明理由（推演）。"


def assess(run: Run, at: datetime) -> None:
    """Accept what has come in; the case officer assesses, a colleague looks on site, the officer closes."""
    for answer in run.rows(desk.unassessed(run.case_id)):
        run.act(OFFICER, "assess", at, reply=answer.ref, verdict=Verdict.ACCEPTED)


def inspect(run: Run, at: datetime) -> None:
    """Verify on site what was accepted as completed, and close it."""
    for done in run.rows(desk.in_hands(run.case_id, AssignmentState.AWAITING_VERIFICATION)):
        about = {"measure": done.ref, "organisation": str(done.organisation_id)}
        run.act(
            COLLEAGUE, "verify", at, passed=True, place="整改现场", note="经现场查看，措施已落实（推演拟写）。", **about
        )
        run.act(OFFICER, "close-measure", at, **about)


def decide_talks(run: Run, at: datetime) -> None:
    """Hold the talks whose day has come; the leader approves what the ladder proposes."""
    for talk in run.rows(desk.talks(run.case_id, "approved")):
        if talk.planned_for is None or local_date(talk.planned_for) > local_date(at):
            continue
        run.act(
            OFFICER,
            "hold-talk",
            at,
            talk=talk.id,
            attended_by=f"{talk.organisation}负责人",
            minutes="督办事项逾期未落实（推演拟写）。\n期限届满前未书面说明原因和拟完成日期（推演拟写）。",
            statements=["对逾期未落实无异议（推演拟写）。"],
            promises=["落实督办事项并书面报告结果（推演拟写）"],
            promised_by=["主要负责人"],
            promised_due=[run.rules.calendar.add_workdays(local_date(at), PROMISED_WITHIN)],
            participants=["吴某", "赵某"],
        )
    for talk in run.rows(desk.talks(run.case_id, "proposed")):
        run.act(LEADER, "decide-talk", at, talk=talk.id, approve=True)


def talk_days(run: Run) -> Iterator[date]:
    """Yield the days for which units are summoned."""
    for talk in run.rows(desk.talks(run.case_id, "approved")):
        if talk.planned_for is not None:
            yield local_date(talk.planned_for)


def _arrange_talks(run: Run, at: datetime) -> None:
    for talk in run.rows(desk.talks(run.case_id, "approved")):
        if talk.planned_for is None:
            day = run.rules.calendar.add_workdays(local_date(at), SUMMONED_AHEAD)
            run.act(
                OFFICER,
                "arrange-talk",
                at,
                talk=talk.id,
                planned_for=moment(day, TALK_AT),
                place=f"{run.assumed.bureau}会议室",
                chaired_by="吴某（分管领导）",
            )


def review(run: Run, at: datetime) -> None:
    """Pass every paper that waits for review."""
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.IN_REVIEW)):
        run.act(UPPER_REVIEWER if paper.above else REVIEWER, "approve", at, paper=paper.ref)


def countersign(run: Run, at: datetime) -> None:
    """Pass what waits for the legal office."""
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.COUNTERSIGNING)):
        run.act(COUNTERSIGNER, "approve", at, paper=paper.ref)


def sign(run: Run, at: datetime) -> None:
    """Sign every paper that waits for its signature; what its source does not say, the reviewer lets pass before."""
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.SIGNING)):
        _let_pass(run, at, paper.ref, paper.kind, above=paper.above)
        run.act(UPPER_SIGNER if paper.above else SIGNER, "sign", at, paper=paper.ref)


def _let_pass(run: Run, at: datetime, paper: str, kind: DocumentKind, *, above: bool) -> None:
    """Waive what a paper lacks: a source of long ago cannot be asked. What was waived is told as assumed."""
    reviewer = UPPER_REVIEWER if above else REVIEWER
    with run.installation.database.reading() as session:
        found = preflight(
            session,
            find_actor(session, reviewer, at),
            run.case_number,
            paper,
            settings=run.installation.settings,
            rules=run.rules,
            today=local_date(at),
        )
    lacking = [one for one in found if one.blocks and one.waivable]
    if lacking:
        keys = [one.key for one in lacking]
        run.act(reviewer, "waive-remarks", at, paper=paper, remarks=keys, reason="来源没有载明（推演拟写）")
        kinds = Counter(one.what for one in lacking)
        counted = "、".join(f"{what}{number}处" for what, number in kinds.items())
        run.assume(f"{kind.label}中来源没有载明的内容（{counted}），由模拟的审核人员准予不补后签发。")


def seal(run: Run, at: datetime) -> None:
    """Print and seal what is signed; minutes are signed by both sides instead. Restricted papers are the officer's."""
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.ISSUED)):
        signed = paper.kind is DocumentKind.TALK_MINUTES
        what = "双方签字的约谈纪要" if signed else "用印后的文书"
        run.act(
            _hand(paper),
            "sign-minutes" if signed else "seal",
            at,
            paper=paper.ref,
            scan=run.scan(what, paper.title, paper.number),
            file_name=f"{paper.number} {'签字' if signed else '用印'}扫描件.pdf",
        )


def serve(run: Run, at: datetime) -> None:
    """Serve what is sealed, what goes to one unit together, with one proof of service that comes back signed."""
    together: dict[tuple[str, int], list[Row[*tuple[object, ...]]]] = {}
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.SEALED)):
        if paper.recipient_id is not None:
            together.setdefault((_hand(paper), paper.recipient_id), []).append(paper)
    for (account, _), served in together.items():
        refs, recipient = [paper.ref for paper in served], served[0].recipient
        if run.by_exchange:
            for number, ref in enumerate(refs, 1):
                given = {"mode": DeliveryMode.EXCHANGE, "register_number": f"{at:%m%d}-{number}"}
                run.act(account, "deliver", at, paper=ref, **given)
            continue
        run.act(account, "prepare-proof", at, papers=refs, mode=DeliveryMode.DIRECT, place=recipient)
        for ref in refs:
            run.act(account, "deliver", at, paper=ref)
        numbers = [paper.number for paper in served]
        scan = run.scan("签收后的送达回证", f"受送达单位：{recipient}", *numbers)
        name = f"{numbers[0]} 送达回证扫描件.pdf"
        run.act(account, "attach-proof", at, paper=refs[0], scan=scan, file_name=name, received_by="王某")


def _hand(paper: Row[*tuple[object, ...]]) -> str:
    """Return who seals and serves a paper: the clerk; whoever wrote it, whom its list names, where it is restricted."""
    return _author(paper.ours) if paper.restricted else CLERK


def _author(ours: bool) -> str:
    """Return who writes a paper: our officer, or the upper unit's where ours may not know of it."""
    return OFFICER if ours else UPPER_OFFICER


def draft(run: Run, at: datetime, report_on: date) -> None:
    """Send the report off on its day; afterwards fill in what the system's drafts still lack, and submit every draft."""
    stage = run.rows(desk.standing(run.case_id))[0].stage
    ready = stage is Stage.RECTIFYING or local_date(at) >= report_on
    if ready:
        _prove(run, at)
        _confirm_organs(run, at)
        _mend_dates(run, at)
    if stage is Stage.RECTIFYING:
        _prepare(run, at)
        _arrange_talks(run, at)
    for paper in run.rows(desk.papers(run.case_id, DocumentStatus.DRAFT, DocumentStatus.RETURNED)):
        if paper.kind is DocumentKind.ANALYSIS_REPORT and not ready:
            continue
        if paper.kind is DocumentKind.SUPERVISION_ORDER and paper.confirmed_no_reply_by is None:
            run.act(
                OFFICER, "confirm-no-reply", at, paper=paper.ref, note="已查收文登记、邮件和公文交换，未收到书面回复"
            )
        run.act(_author(paper.ours), "submit", at, paper=paper.ref)


def _prove(run: Run, at: datetime) -> None:
    """Put simulated evidence behind items that lack nothing else; what the dossier does not say is invented by nobody."""
    for ref in proposing.only_unproved(run):
        evidence = run.act(
            OFFICER, "add-evidence", at, title="履职情况调查材料（推演模拟）", reference="调查卷宗（推演模拟）"
        )
        run.act(OFFICER, "edit-accountability", at, item=ref, evidence=[evidence])
        run.proved.append(ref)


def _confirm_organs(run: Run, at: datetime) -> None:
    """Name the competent organ of each item by its category, before the report is signed and the proposals are due."""
    found: dict[tuple[str, str], list[str]] = {}
    lacking = proposing.lacking(run)
    for item in run.rows(desk.unproposed(run.case_id)):
        if item.ref in lacking or item.competent_organ_id is not None or not (run.upper or not item.about_us):
            continue
        organ = run.assumed.organ(item.category)
        row = ensure(run, organ, at)
        if proposing.refused(run, item.ref, row) and proposing.holds_office(run, item.ref):
            # Whoever holds an office is a matter of the place's supervision organ where the first choice cannot be asked.
            organ = run.assumed.discipline
            row = ensure(run, organ, at)
        if proposing.refused(run, item.ref, row) is None:
            run.act(_author(not item.about_us), "confirm-organ", at, item=item.ref, organ=str(row))
            found.setdefault((item.category, organ.name), []).append(item.ref)
    for (category, name), refs in found.items():
        run.assume(f"{len(refs)}项问责事项（{category}）未指明有权机关，推演按类别确认为{name}。")


def _mend_dates(run: Run, at: datetime) -> None:
    """Set a new date for measures whose own one has passed, or leaves too little, by the time they are served."""
    dated = [
        held
        for held in run.rows(desk.in_hands(run.case_id, AssignmentState.UNISSUED))
        if held.notice_id is None and held.due_on is not None
    ]
    calendar = run.rules.calendar
    served = calendar.add_workdays(local_date(at), UNTIL_SERVED)
    usable = calendar.add_workdays(served, SHORTEST_LIMIT)
    fresh = calendar.roll(served + timedelta(days=run.rules.rule("measure.complete").amount))
    for measure, due in {held.ref: held.due_on for held in dated if held.due_on <= usable}.items():
        run.act(OFFICER, "edit-measure", at, measure=measure, due=fresh)
        run.assume(
            f"第{run.place(measure)}项措施在案情卷中的完成期限为{chinese_date(due)}，通知送达时已过或所余不足{SHORTEST_LIMIT}个工作日，"
            f"推演改为{chinese_date(fresh)}。"
        )
    _mend_stages(run, at, usable, fresh)


def _mend_stages(run: Run, at: datetime, usable: date, fresh: date) -> None:
    """Set a new date for milestones whose own one has passed, or leaves too little, by the time they are served."""
    for stage in run.rows(desk.stages(run.case_id)):
        if stage.due_on is None or stage.due_on > usable:
            continue
        due = fresh if stage.last is None or stage.last > fresh else stage.last
        run.act(OFFICER, "edit-milestone", at, measure=stage.ref, milestone=stage.milestone, due=due)
        run.assume(
            f"第{run.place(stage.ref)}项措施的阶段目标期限为{chinese_date(stage.due_on)}，"
            f"通知送达时已过或所余不足{SHORTEST_LIMIT}个工作日，推演改为{chinese_date(due)}。"
        )


def answer_referred(run: Run, at: datetime) -> None:
    """Close what went through somebody else once that one has answered; who is silent leaves it to the end."""
    for held in _referred(run):
        if held[2] <= local_date(at):
            ref, unit, _, asked = held
            run.act(
                OFFICER,
                "close-measure",
                at,
                measure=ref,
                organisation=str(unit),
                outcome=Outcome.ANSWERED,
                reason=f"{asked}书面答复：已依照职权办理（推演拟写）。",
            )


def referral_days(run: Run) -> Iterator[date]:
    """Yield the days on which those who were asked answer."""
    for *_, day, _ in _referred(run):
        yield day


def _referred(run: Run) -> list[tuple[str, int, date, str]]:
    if run.scenario is Scenario.SILENT:
        return []
    calendar = run.rules.calendar
    return [
        (row.ref, row.organisation_id, calendar.add_workdays(local_date(row.delivered_at), REFERRED_FOR), row.asked)
        for row in run.rows(desk.referred(run.case_id))
    ]


def _say_referred(run: Run) -> None:
    """Tell which papers went another way than straight to the unit concerned, and why."""
    for row in run.rows(desk.referring(run.case_id)):
        run.assume(f"{(row.note or '').rstrip('。')}；推演据此制发《{row.title}》。")


def _prepare(run: Run, at: datetime) -> None:
    """Draft what the system could not draft by itself when the report was signed, or what came up since."""
    unissued = run.rows(desk.in_hands(run.case_id, AssignmentState.UNISSUED))
    if any(held.notice_id is None for held in unissued):
        run.act(OFFICER, "prepare", at, kind=DocumentKind.RECTIFICATION_NOTICE)
    proposable = proposing.proposable(run)
    waiting = [item for item in run.rows(desk.unproposed(run.case_id)) if item.ref in proposable]
    for about_us in sorted({item.about_us for item in waiting}):
        if run.upper or not about_us:
            run.act(_author(not about_us), "prepare", at, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)


def ensure(run: Run, wanted: CountyOffice, at: datetime) -> int:
    """Return the row number of a county office, registered where the dossier does not name it."""
    here = (Organisation.name == wanted.name) & (Organisation.division_code == run.assumed.division)
    found = run.rows(select(Organisation.id).where(here))
    if found:
        return int(found[0].id)
    with acting(run.installation.database, run.installation.settings, "console", at) as act:
        made = organisations.register(act, wanted.name, wanted.kind, division_code=run.assumed.division)
    run.assume(f"案情卷未列明{wanted.name}，推演登记该单位。")
    return made


def finish(run: Run, at: datetime) -> None:
    """Settle what nobody will move any more and close the case into its volume."""
    if run.scenario is Scenario.SILENT:
        states = [state for state in AssignmentState if state is not AssignmentState.CLOSED]
        for held in run.rows(desk.in_hands(run.case_id, *states)):
            run.act(
                OFFICER,
                "close-measure",
                at,
                measure=held.ref,
                organisation=str(held.organisation_id),
                outcome=Outcome.UNDECIDED if held.state is AssignmentState.REFERRED else Outcome.NOT_DONE,
                reason=UNDECIDED if held.state is AssignmentState.REFERRED else UNDONE,
            )
    _say_referred(run)
    proposing.say_open(run)
    kinds = {row.kind for row in run.rows(select(Document.kind).where(Document.case_id == run.case_id))}
    for kind, why in WHY_NOT_APPLICABLE.items():
        if kind not in kinds:
            left = kind is DocumentKind.ACCOUNTABILITY_PROPOSAL and run.rows(desk.unproposed(run.case_id))
            run.act(LEADER, "mark-not-applicable", at, kind=kind, reason=LEFT_OPEN if left else why)
    _let_be_missing(run, at)
    run.act(ARCHIVIST, "archive", at, reason="案情卷未提出整改措施，调查终结后直接归档（推演）。")


def _let_be_missing(run: Run, at: datetime) -> None:
    """Have excused what is still missing and may be, by whoever may see what it is about; it is told as assumed."""
    kinds: Counter[str] = Counter()
    for account in (LEADER, SIGNER, *((UPPER_SIGNER,) if run.upper else ())):
        with run.installation.database.reading() as session:
            actor = find_actor(session, account, at)
            found = completeness(session, actor, run.case_number, run.installation.files)
        lacking = [one for one in found if one.blocks and one.excusable]
        if lacking:
            keys = [one.key for one in lacking]
            run.act(account, "excuse-missing", at, missing=keys, reason="至归档时仍缺，情况属实（推演拟写）。")
            kinds.update(GapKind(one.kind).label for one in lacking)
    if kinds:
        counted = "、".join(f"{what}{number}处" for what, number in kinds.items())
        run.assume(f"归档时仍有缺项（{counted}），由模拟的领导或者签发人准予后归档，并列入备考表。")


LEFT_OPEN = "问责事项的职责、依据、事实、证据不全，或者有权机关不能由本单位直接去函，未拟制倒查问责建议书（推演）。"
WHY_NOT_APPLICABLE = {
    DocumentKind.ACCOUNTABILITY_PROPOSAL: "本案没有需要提出倒查问责建议的事项。",
    DocumentKind.SUPERVISION_ORDER: "没有适用督办单的单位逾期，无需制发限期落实督办单。",
}

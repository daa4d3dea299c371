"""Units of the office: confirmed where they were entered in a case, renamed and merged while notices are open."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from models.case.commands.facts import add_fact_row, change_fact, remove_fact_row, restore_fact_row
from models.case.queries.dossier_of import dossier_of
from models.case.queries.facts import sheet_shown
from models.case.tables import Case, CaseOrganisation
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import acting, find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.record.event_chain import verify
from models.kernel.record.event_record import as_record
from models.kernel.tables import AdminEvent, Event
from models.kernel.vocabulary import AssignmentState, DocumentKind, OrganisationKind, ReplyKind, Role
from models.office.commands.organisations import find_organisation, register
from models.office.organisation_list import read
from models.office.queries.administration import pending_count, pending_units, unit_page
from models.office.queries.names_then import names_then
from models.office.tables import Organisation, User
from models.papers.filling import content, frozen
from models.papers.kinds.traceback_archive.content import TracebackArchive
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assignment, Reply
from tests.journeys.conftest import GoOn
from tests.journeys.test_answering_a_notice import Served
from tests.stories import Story

NEW = "鄂州市临时登记养护有限公司"
WHY = "鄂编发〔2027〕3号"


class Governed(Served):
    """A case with a served notice, and an administrator."""

    def __init__(self, story: Story) -> None:
        super().__init__(story)
        story.employ("guan", Role.ADMIN)

    def pending(self) -> list[str]:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, "guan", self.story.at)
            found = [unit.name for unit in pending_units(session, actor)]
            assert pending_count(session, actor) == len(found)
        return found

    def register(self, name: str, by: str = "guan") -> int:
        with acting(self.story.installation.database, self.story.installation.settings, by, self.story.at) as act:
            return register(act, name, OrganisationKind.TRANSPORT, division_code="420700")

    def listed(self, words: str) -> list[str]:
        with self.story.installation.database.reading() as session:
            return [unit.name for unit in unit_page(session, find_actor(session, "guan", self.story.at), words=words)]

    def recipient_id(self) -> int:
        with self.story.installation.database.reading() as session:
            return find_organisation(session, self.recipient).id


@pytest.fixture
def governed(go_on: GoOn) -> Governed:
    told: Governed = go_on(Governed)
    return told


def test_a_unit_entered_in_a_case_waits_for_an_administrator_who_puts_it_right_and_confirms_it(
    governed: Governed,
) -> None:
    story, before = governed.story, governed.pending()
    assert before, "what a dossier names is confirmed, too"
    ref = story.do("li", add_fact_row, story.file(variant=3), sheet="organisations", op="unit", values={"name": NEW})
    assert ref.startswith("O")
    assert governed.pending() == [*before, NEW]
    with pytest.raises(NotAllowed, match="管理员"):
        story.in_office("li", "confirm-organisation", organisation=NEW)
    right = NEW.replace("临时", "")
    named = story.in_office(
        "guan",
        "confirm-organisation",
        organisation=NEW,
        name=right,
        kind=OrganisationKind.ENTERPRISE,
        division_code="420700",
        parent=governed.recipient,
        seen_version=0,
    )
    assert named == right
    assert governed.pending() == before
    with story.installation.database.reading() as session:
        unit = find_organisation(session, right)
        above = find_organisation(session, governed.recipient)
        assert (unit.kind, unit.parent_id, unit.path) == (
            OrganisationKind.ENTERPRISE,
            above.id,
            f"{above.path}{unit.id}/",
        )
        assert session.scalars(select(AdminEvent.kind).order_by(AdminEvent.id.desc())).first() == (
            "organisation_confirmed"
        )
    with pytest.raises(Conflict, match="不在待确认之列"):
        story.in_office("guan", "confirm-organisation", organisation=right)
    with pytest.raises(Conflict, match="已被他人修改"):
        story.in_office("guan", "rename-organisation", organisation=right, name="另名", reason=WHY, seen_version=0)


@pytest.mark.parametrize("name", ["一中心\n二中心", "中心\u202e司公", "中\x00心", "中" * 501, "中\ud800心"])
def test_a_name_that_no_paper_can_print_in_a_line_is_refused_at_every_door(governed: Governed, name: str) -> None:
    story, before = governed.story, governed.pending()
    with pytest.raises(Invalid):
        governed.register(name, by="li")
    with pytest.raises(Invalid):
        story.in_office("guan", "rename-organisation", organisation=governed.recipient, name=name, reason=WHY)
    with pytest.raises(Invalid):
        story.in_office("guan", "confirm-organisation", organisation=before[0], name=name)
    with pytest.raises(Invalid):
        story.in_office("guan", "edit-organisation", organisation=before[0], contact=name, reason=WHY)
    with pytest.raises(Invalid):
        read(f'名称,类别\n"{name}",企业\n'.encode(errors="surrogatepass"), limit=1 << 20)
    with pytest.raises(NotFound):
        story.in_office("guan", "rename-organisation", organisation="9" * 40, name="新中心", reason=WHY)
    assert governed.pending() == before


def test_what_an_administrator_enters_waits_for_nobody_and_what_an_officer_enters_does(governed: Governed) -> None:
    before = governed.pending()
    governed.register("鄂州市新设交通事务中心")
    assert governed.pending() == before
    governed.register("鄂州市另设交通事务中心", by="li")
    assert governed.pending() == [*before, "鄂州市另设交通事务中心"]


def test_a_renamed_unit_is_found_by_both_names_and_papers_keep_the_name_of_then(governed: Governed) -> None:
    story, former, now = governed.story, governed.recipient, "鄂州市道路建设养护中心"
    governed.acknowledge()
    reply = governed.reply(ReplyKind.PLAN)
    story.wait(days=20)
    paper_before = _said(story, governed.case, governed.notice)
    assert story.in_office("guan", "rename-organisation", organisation=former, name=now, reason=WHY) == former
    assert governed.listed(former[2:]) == [now]
    assert governed.listed(now[2:]) == [now]
    with story.installation.database.reading() as session:
        unit = find_organisation(session, former)
        assert unit.name == now
        assert find_organisation(session, now).id == unit.id
        [row] = session.scalars(select(Reply).where(Reply.ref == reply)).all()
        assert names_then(session, "replies", "organisation_id", {row.id: row.happened_at.date()}) == {row.id: former}
        assert names_then(session, "replies", "organisation_id", {row.id: story.at.date()}) == {}
    assert _said(story, governed.case, governed.notice) == paper_before
    assert former in paper_before
    with pytest.raises(Conflict, match="曾用名"):
        governed.register(former)
    with pytest.raises(Invalid, match="早于上一次更名"):
        story.in_office(
            "guan",
            "rename-organisation",
            organisation=now,
            name="鄂州市公路中心",
            reason=WHY,
            renamed_on=story.at.date() - timedelta(days=9),
        )
    with pytest.raises(Invalid, match="在将来"):
        story.in_office(
            "guan",
            "rename-organisation",
            organisation=now,
            name="鄂州市公路中心",
            reason=WHY,
            renamed_on=date(2099, 1, 1),
        )
    with pytest.raises(NotAllowed):
        story.in_office("li", "rename-organisation", organisation=now, name="鄂州市公路中心", reason=WHY)


def test_a_dossier_with_a_former_name_means_the_renamed_unit(governed: Governed) -> None:
    story, former = governed.story, governed.recipient
    number = governed.recipient_id()
    story.in_office("guan", "rename-organisation", organisation=former, name="鄂州市更名后的单位", reason=WHY)
    case = story.file(variant=4)
    with story.installation.database.reading() as session:
        units = set(
            session.scalars(
                select(CaseOrganisation.organisation_id)
                .join(Case, Case.id == CaseOrganisation.case_id)
                .where(Case.case_number == case)
            )
        )
        assert number in units
        assert session.scalars(select(Organisation.id).where(Organisation.name == former)).all() == []


def test_a_merged_unit_leaves_its_open_notice_and_clocks_to_the_one_that_goes_on(governed: Governed) -> None:
    story, former, now = governed.story, governed.recipient, "鄂州市交通综合服务中心"
    gone, goes_on = governed.recipient_id(), governed.register(now)
    governed.acknowledge()
    plan = governed.reply(ReplyKind.PLAN)
    said = _said(story, governed.case, governed.notice)
    clocks = _clocks(story, gone)
    assert clocks
    story.wait(days=1)
    assert story.in_office("guan", "merge-organisation", organisation=former, into=now, reason=WHY) == now
    assert _clocks(story, goes_on) == clocks
    assert _clocks(story, gone) == {}
    with story.installation.database.reading() as session:
        old = session.get_one(Organisation, gone)
        assert (old.merged_into_id, old.disabled_at) == (goes_on, story.at)
        assert find_organisation(session, former).id == goes_on
        assert find_organisation(session, str(gone)).id == goes_on
        for column in (Assignment.organisation_id, Document.recipient_id, Delivery.recipient_id, User.organisation_id):
            assert session.scalars(select(column).where(column == gone)).all() == []
        [row] = session.scalars(select(Reply).where(Reply.ref == plan)).all()
        assert row.organisation_id == goes_on
        assert names_then(session, "replies", "organisation_id", {row.id: row.happened_at.date()}) == {row.id: former}
        [told] = session.scalars(select(Event).where(Event.kind == "unit_merged")).all()
        assert (told.data["former"], told.data["now"], told.why) == (former, now, WHY)
        last = session.scalars(select(AdminEvent).order_by(AdminEvent.id.desc())).first()
        assert last is not None
        assert (last.kind, last.data["name"], last.data["into_name"]) == ("organisation_merged", former, now)
        assert last.data["moved"]["deadlines.organisation_id"] >= len(clocks)
    assert _said(story, governed.case, governed.notice) == said
    assert governed.listed(former[2:]) == [now]
    # The clerk of the merged unit goes on answering, and the police go on assessing, under the new name.
    governed.recipient = now
    governed.assess(plan)
    assert governed.state() is AssignmentState.AWAITING_COMPLETION
    governed.assess(governed.reply(ReplyKind.COMPLETION))
    assert governed.state() is AssignmentState.AWAITING_VERIFICATION
    _chain_holds(story)


def test_a_case_that_lists_both_units_lists_one_and_what_named_the_other_leads_to_it(governed: Governed) -> None:
    story = governed.story
    case = story.file(variant=5)
    kept = story.do("li", add_fact_row, case, sheet="organisations", op="a", values={"name": NEW, "staff": "7"})
    twin = story.do(
        "li", add_fact_row, case, sheet="organisations", op="b", values={"name": f"{NEW}分公司", "drivers": "9"}
    )
    duty = story.do(
        "li", add_fact_row, case, sheet="duties", op="c", values={"organisation_ref": twin, "duty": "检查车辆"}
    )
    gone = story.do(
        "li", add_fact_row, case, sheet="duties", op="d", values={"organisation_ref": twin, "duty": "培训人员"}
    )
    story.do("li", remove_fact_row, case, sheet="duties", row=gone, op="e")
    story.in_office("guan", "merge-organisation", organisation=f"{NEW}分公司", into=NEW, reason=WHY)
    story.do("li", restore_fact_row, case, sheet="duties", row=gone, op="f")
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        units = {row.ref: row.cells for row in sheet_shown(session, actor, case, "organisations").rows}
        duties = {row.ref: row.cells["organisation_ref"] for row in sheet_shown(session, actor, case, "duties").rows}
        tree = dossier_of(session, actor, case).tree
    assert twin not in units
    assert (units[kept]["staff"].value, units[kept]["drivers"].value) == (7, 9)
    assert (duties[duty].value, duties[duty].text) == (kept, NEW)
    assert {row["ref"]: row["organisation_ref"] for row in tree["duties"]}.items() >= {duty: kept, gone: kept}.items()
    # Another unit of the case gets a short name of its own, never the one that the merged unit had.
    other = story.do("li", add_fact_row, case, sheet="organisations", op="g", values={"name": "鄂州市后来单位"})
    assert other not in (kept, twin)
    story.do("li", change_fact, case, sheet="duties", row=duty, field="organisation_ref", value=NEW, seen=None, op="h")


@pytest.mark.parametrize("back", [True, False], ids=["each into the other", "both the same"])
def test_of_two_administrators_who_merge_at_once_one_is_first(governed: Governed, back: bool) -> None:
    story, other = governed.story, "鄂州市交通综合服务中心"
    governed.register(other)
    pair = governed.recipient, other
    outcomes: list[str] = []

    def merge(organisation: str, into: str) -> None:
        try:
            story.in_office("guan", "merge-organisation", organisation=organisation, into=into, reason=WHY)
        except (Conflict, Invalid) as refusal:
            outcomes.append(refusal.code)
        else:
            outcomes.append("merged")

    at_once = [Thread(target=merge, args=pair), Thread(target=merge, args=pair[::-1] if back else pair)]
    if story.installation.database.engine.dialect.name == "postgresql":
        with story.installation.database.writing() as session:  # both come as far as the case before one goes on
            session.scalars(select(Case).where(Case.case_number == governed.case).with_for_update()).one()
            for one in at_once:
                one.start()
            at_once[0].join(0.5)
    else:
        for one in at_once:
            one.start()
    for one in at_once:
        one.join()
    outcomes.remove("merged")
    assert outcomes[0] in ("conflict_seen", "conflict_busy", "same_unit")
    with story.installation.database.reading() as session:
        merged = session.scalars(select(Organisation.name).where(Organisation.merged_into_id.is_not(None))).all()
        assert len(merged) == 1
        assert session.scalar(select(func.count()).where(AdminEvent.kind == "organisation_merged")) == 1


def test_two_units_that_hold_the_same_measure_are_not_merged_before_one_lets_it_go(governed: Governed) -> None:
    story = governed.story
    partner = "鄂州市配合事务中心"
    governed.register(partner)
    story.do("li", "add-cooperating", governed.case, measure=governed.measure, organisation=partner)
    with pytest.raises(Conflict, match="正在承办同一项整改措施"):
        story.in_office("guan", "merge-organisation", organisation=partner, into=governed.recipient, reason=WHY)
    with pytest.raises(NotAllowed):
        story.in_office("li", "merge-organisation", organisation=partner, into=governed.recipient, reason=WHY)
    with pytest.raises(Invalid, match="请核对"):
        story.in_office("guan", "merge-organisation", organisation=partner, into=partner, reason=WHY)
    with pytest.raises(Conflict, match="发文机关"):
        story.in_office(
            "guan", "merge-organisation", organisation=story.installation.settings.unit, into=partner, reason=WHY
        )


def _said(story: Story, case: str, paper: str) -> str:
    """Return what an issued paper says, for ever."""
    with story.installation.database.reading() as session:
        query = select(Document.id).join(Case, Case.id == Document.case_id)
        number = session.scalars(query.where(Case.case_number == case, Document.ref == paper)).one()
        return str(frozen(session, number))


def _clocks(story: Story, unit: int) -> dict[str, date]:
    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Deadline.key, Deadline.due_on).where(Deadline.organisation_id == unit, Deadline.state == "open")
        )
        return {row.key: row.due_on for row in rows}


def _chain_holds(story: Story) -> None:
    with story.installation.database.reading() as session:
        for case in session.scalars(select(Case)):
            rows = session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)).all()
            events = [{**_record(row), "case_number": case.case_number} for row in rows]
            assert verify(events).ok


def _record(row: Event) -> dict[str, object]:
    return {**as_record("", row), "hash": row.hash, "prev_hash": row.prev_hash}


def test_the_volume_says_the_name_of_then(governed: Governed) -> None:
    story, former, now = governed.story, governed.recipient, "鄂州市道路建设养护中心"
    governed.acknowledge()
    governed.reply(ReplyKind.PLAN)
    story.wait(days=3)
    story.in_office("guan", "rename-organisation", organisation=former, name=now, reason=WHY)
    story.wait(days=1)
    governed.recipient = now
    governed.assess(governed.reply(ReplyKind.PROGRESS))
    proposals = story.do("li", "prepare", governed.case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    for paper in proposals:
        story.issue(governed.case, paper)
        story.deliver(governed.case, paper)
    story.archive(governed.case)
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document.id).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
        volume = content(
            session,
            paper,
            settings=story.installation.settings,
            rules=rulebook(session),
            issued_on=story.at.date(),
            number=None,
            signatory=None,
        )
    assert isinstance(volume, TracebackArchive)
    assert former in {entry.recipient for entry in volume.deliveries}
    assert [entry.organisation for entry in volume.replies] == [former, now]
    assert now in {entry.organisation for entry in volume.outcomes}

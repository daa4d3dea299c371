"""Who may write what to whom: the table of competence, and the ruling on one paper of one body to another on one day.

The table (`models/office/data/competence.tsv`) says, by standing of the issuer, stand of the recipient and purpose, which
way is open, in which form, with which copies and on what basis (党政机关公文处理工作条例 art. 14–17; 道路交通安全法 art. 29,
30, 102; 公安部令146号 art. 83; 安全生产法 art. 65–70). A row may need a recorded paper (`AuthorityKind`) or a power that was
in force on the day; the first row that has what it needs counts. A place may put dated rows of its own before them, which
never open what `NEVER` closes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import product
from typing import TypeVar

from models.kernel.vocabulary import AuthorityKind, DocumentForm, Level, Purpose, Standing, Word

from .ranks import NO_ORGAN, RULERS
from .relations import Body
from .stands import Missing, Stand, below, missing, stand, steps


class Way(Word):
    """行文路径: by which way a paper, or what it wants, reaches its recipient; the label names it to a person."""

    DIRECT = "direct", "可以由本单位以{form}直接行文"
    BY_BUREAU = "by_bureau", "请以公安局名义以{form}行文"
    BY_COMMISSION = "by_commission", "请由道路交通安全委员会办公室按其规则以{form}行文"
    VIA_SUPERIOR = "via_superior", "请以{form}报请上级公安机关办理"
    VIA_GOVERNMENT = "via_government", "请报请本级人民政府办公室行文"
    CONSENT = "consent", "请先请示本级人民政府，经同意并登记后行文"
    VIA_COMMISSION = "via_commission", "请由道路交通安全委员会以{form}向下级道路交通安全委员会行文"
    VIA_AUTHORITY = "via_authority", "请函商本级行业主管部门办理"
    VIA_POLICE_THERE = "via_police_there", "请函告当地公安机关和行业主管部门"
    VIA_PARTY = "via_party", "请经公安局党委报送，由党委办公室行文"
    VIA_BETWEEN = "via_between", "请经其直接上级公安机关转办"
    JOINT = "joint", "请与行业主管部门联合行文"
    REMIND = "remind", "请改用催办函或者提示函"
    LETTER = "letter", "请改用函"
    NOTICE = "notice", "请改用通知"
    OWN_REQUEST = "own_request", "请由公安机关另行请示"
    TELL_LEADERS = "tell_leaders", "请写入逾期情况报告，报本单位领导"
    TO_ORGAN = "to_organ", "请按干部管理权限和管辖确认有权机关"
    UPPER_UNIT = "upper_unit", "请由上级公安机关依规依纪依法办理"
    APPROVE_FIRST = "approve_first", "请先报经设区的市公安机关交通管理部门批准并登记"
    PARTY_FIRST = "party_first", "请先报公安局党委批准并登记"
    RECORD_RULE = "record_rule", "请先登记道路交通安全委员会的规则"
    BY_TRAFFIC = "by_traffic", "请由企业所在地公安机关交通管理部门办理"
    OTHER_UNIT = "other_unit", "请核对主送单位"
    DECIDE_FIRST = "decide_first", "请先由管理员在单位管理中确认该单位的{missing}"


class Copy(Word):
    """Who gets a copy."""

    OWN_BUREAU = "own_bureau", "领导本单位的公安局"
    OWN_SUPERIOR = "own_superior", "本单位的上级机关"
    THEIR_BUREAU = "their_bureau", "领导该单位的公安局"
    THEIR_AUTHORITY = "their_authority", "该单位的行业主管部门"
    OWN_GOVERNMENT = "own_government", "当地人民政府"


LEAVES = (Way.DIRECT, Way.BY_BUREAU, Way.BY_COMMISSION)
"""By these ways the very paper goes to its recipient; by all others something else is written instead."""

DIRECTIVE = (Purpose.ORDER, Purpose.SUMMON, Purpose.CIRCULATE, Purpose.COMPEL)
"""What puts a recipient below whoever writes."""

UPWARD = (DocumentForm.REPORT, DocumentForm.REQUEST)
_ABOVE = (Stand.OWN_GOVERNMENT, Stand.OWN_PARTY, Stand.SUPERIOR, Stand.FAR_SUPERIOR, Stand.HIGHER_RULER, Stand.FAR)
_OF_LAW = (Stand.DISCIPLINE, Stand.PROCURATORATE, Stand.COURT, Stand.HIGHER_LAW)
_RULED_BY_OTHERS = (Stand.LOWER_GOVERNMENT, Stand.LOWER_PARTY, Stand.LOWER_DEPARTMENT, Stand.LOWER_BUREAU)
_NEVER_DIRECTED = (
    *_ABOVE,
    *_OF_LAW,
    *_RULED_BY_OTHERS,
    Stand.HIGHER_HERE,
    Stand.ITSELF,
    Stand.UNKNOWN,
    Stand.COMMISSION,
    Stand.NEIGHBOUR,
    Stand.POLICE_ELSEWHERE,
    Stand.ENTERPRISE_ELSEWHERE,
    Stand.FAR_SUBORDINATE,
)
_NO_ORGAN = (Stand.ENTERPRISE_HERE, Stand.ENTERPRISE_ELSEWHERE, Stand.LOWER_GOVERNMENT, Stand.LOWER_PARTY, Stand.ITSELF)
ANY = "*"
W = TypeVar("W", bound=Word)


def never(found: Stand, purpose: Purpose, way: Way, form: DocumentForm | None, needs: AuthorityKind | None) -> bool:
    """Return whether no row may say so, whoever wrote it: what lies below every table.

    Nobody is ordered, summoned or named in a circular who stands above us or in a line of others, a peer only on the
    commission's recorded rule; to a lower government or party committee no notice without recorded consent; reports and
    requests go upward only; proposals neither to enterprises nor to those they may concern.
    """
    if way not in LEAVES:
        return False
    if purpose in DIRECTIVE and (found in _NEVER_DIRECTED or (found is Stand.PEER and needs is None)):
        return True
    if purpose in (Purpose.PROPOSE, Purpose.CLUE) and found in _NO_ORGAN:
        return True
    if form in UPWARD and found not in (*_ABOVE, Stand.COMMISSION):
        return True
    if form is DocumentForm.NOTICE and found in (*_ABOVE, Stand.HIGHER_HERE, *_OF_LAW):
        return True
    if found in (Stand.FAR_SUPERIOR, Stand.HIGHER_RULER, Stand.FAR, Stand.UNKNOWN, Stand.LOWER_PARTY, Stand.OWN_PARTY):
        return True
    return found is Stand.LOWER_GOVERNMENT and form is DocumentForm.NOTICE and needs is None


@dataclass(frozen=True, slots=True)
class Basis:
    """A provision or rule that a row rests on, with the days on which it is in force; `mark`: recorded, or practice."""

    code: str
    text: str
    valid_from: date | None = None
    valid_to: date | None = None
    mark: str = ""

    def in_force(self, on: date) -> bool:
        """Return whether it is in force on a day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: which way is open. `ways` holds the first open way, then others; `refused`: the paper itself never goes.

    `needs` is a recorded paper without which the row does not count, `power` a basis that must be in force.
    """

    ways: tuple[Way, ...]
    refused: bool = False
    form: DocumentForm | None = None
    needs: AuthorityKind | None = None
    copies: tuple[Copy, ...] = ()
    basis: tuple[str, ...] = ()
    power: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def counts(self, held: Collection[AuthorityKind], on: date, bases: Bases) -> bool:
        """Return whether the row counts on a day for who holds these recorded papers."""
        dated = (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)
        powered = self.power is None or any(basis.in_force(on) for basis in bases[self.power])
        return dated and powered and (self.needs is None or self.needs in held)


Key = tuple[Standing, Stand, Purpose]
Bases = Mapping[str, tuple[Basis, ...]]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of each key in the order in which they are tried, and the bases they name."""

    rows: Mapping[Key, tuple[Row, ...]]
    bases: Bases

    def with_rows(self, added: Mapping[Key, tuple[Row, ...]]) -> Table:
        """Return the table with rows of the place before the shipped ones."""
        return Table({**self.rows, **{key: (*rows, *self.rows[key]) for key, rows in added.items()}}, self.bases)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What may be done: the first open way, further ones, form, copies and bases; `sentence` says it to a person.

    `needs` is the recorded paper it rests on. `missing` is what a person must find out first.
    """

    stand: Stand
    purpose: Purpose
    ways: tuple[Way, ...]
    refused: bool
    form: DocumentForm | None
    copies: tuple[Copy, ...]
    basis: tuple[Basis, ...]
    needs: AuthorityKind | None
    sentence: str
    missing: Missing | None = None

    @property
    def way(self) -> Way:
        """Return the first open way."""
        return self.ways[0]

    @property
    def leaves(self) -> bool:
        """Return whether this very paper may go to its recipient, in whose name ever."""
        return not self.refused and self.way in LEAVES

    @property
    def upward(self) -> bool:
        """Return whether the recipient stands above us: what goes there bears the name of who signed it."""
        return self.stand in _ABOVE

    @property
    def code(self) -> str:
        """Return what a machine reads of a refusal."""
        return f"competence_{self.stand.value}"


def judge(
    issuer: Body,
    recipient: Body,
    purpose: Purpose,
    on: date,
    *,
    held: Collection[AuthorityKind] = (),
    table: Table | None = None,
) -> Ruling:
    """Return whether a body may write a paper of this purpose to another on a day, and which way is open else.

    `held` are the recorded papers that speak for this paper on that day.
    """
    table = table or shipped()
    found = stand(issuer, recipient)
    rows = table.rows[issuer.standing, found, purpose]
    if _approves(issuer, purpose):
        held = {*held, AuthorityKind.APPROVAL}
    row = next(row for row in rows if row.counts(held, on, table.bases))
    lacking = missing(recipient)
    basis = tuple(one for code in row.basis for one in table.bases[code] if one.in_force(on))
    return Ruling(
        stand=found,
        purpose=purpose,
        ways=row.ways,
        refused=row.refused,
        form=row.form,
        copies=row.copies,
        basis=basis,
        needs=row.needs,
        sentence=_sentence(recipient, found, purpose, row, lacking),
        missing=lacking,
    )


def _approves(issuer: Body, purpose: Purpose) -> bool:
    """Return whether a body is itself the one that approves what others may only do with its approval: the traffic police
    of a city with districts approve the order to a carrier (公安部令146号 art. 83), and ask nobody for their own."""
    own = issuer.standing is Standing.TRAFFIC_POLICE and issuer.level is Level.CITY
    return purpose is Purpose.COMPEL and own


def may_be_lit(issuer: Body, recipient: Body) -> bool:
    """Return whether a late unit shows a light and stands in a ranking (亮灯和排名 are directives, too)."""
    return stand(issuer, recipient) not in (*_ABOVE, *_OF_LAW, Stand.HIGHER_HERE, Stand.UNKNOWN, Stand.COMMISSION)


def judge_organ(
    issuer: Body,
    organ: Body,
    subjects: Iterable[Body],
    on: date,
    *,
    held: Collection[AuthorityKind] = (),
    table: Table | None = None,
) -> Ruling:
    """Return whether an organ may be asked to examine these units, or people of theirs: never itself, nor its leaders.

    Whoever holds an office answers to an organ of its own level or above (干部管理权限); an enterprise has no level.
    """
    ruling = judge(issuer, organ, Purpose.PROPOSE, on, held=held, table=table)
    for subject in subjects:
        if below(subject, organ):
            why = f"{organ.name}是问责事项所涉单位本身或者其下属单位，不能作为有权机关"
        elif subject.kind not in NO_ORGAN and _lower(organ, subject):
            why = f"{organ.name}的层级低于问责事项所涉单位，没有管理权限"
        else:
            continue
        sentence = f"{why}；{Way.TO_ORGAN.label}。"
        return replace(ruling, ways=(Way.TO_ORGAN,), refused=True, form=None, sentence=sentence)
    return ruling


def judge_subject(issuer: Body, subject: Body) -> str | None:
    """Return why we propose nothing against a unit itself: what concerns the rulers above us is for a 请示."""
    if subject.kind not in RULERS or stand(issuer, subject) not in _ABOVE:
        return None
    return f"{subject.name}是本单位的上级党委或者政府，本单位不能对其提出倒查问责建议；{Way.OWN_REQUEST.label}。"


def _lower(organ: Body, subject: Body) -> bool:
    known = Level.UNDETERMINED not in (organ.level, subject.level) and organ.level and subject.level
    return bool(known) and steps(organ, subject) > 0


def _sentence(recipient: Body, found: Stand, purpose: Purpose, row: Row, lacking: Missing | None) -> str:
    form = row.form.label if row.form is not None else "公文"
    said = "，或者".join(
        way.label.format(form=form, missing=lacking.label if lacking is not None else "情况") for way in row.ways
    )
    who = recipient.name or "主送单位"
    if not row.refused and row.ways[0] is Way.DIRECT:
        return f"{who}是{found.label}，{said}。"
    return f"{who}是{found.label}，本单位不能直接向其{purpose.label}；{said}。"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the shipped table as it was written: one row for several issuers, recipients and purposes at once."""

    issuers: tuple[Standing, ...]
    recipients: tuple[Stand, ...]
    purposes: tuple[Purpose, ...]
    row: Row


@cache
def shipped_lines() -> tuple[Line, ...]:
    """Return the lines of the table that comes with the program, in their order."""
    return tuple(map(_line, _lines("competence.tsv", 9)))


def _line(cells: Sequence[str]) -> Line:
    issuers, recipients, purposes, needs, ways, form, copies, basis, power = cells
    row = Row(
        ways=tuple(Way(one) for one in ways.lstrip("!").split(",")),
        refused=ways.startswith("!"),
        form=DocumentForm(form) if form else None,
        needs=AuthorityKind(needs) if needs else None,
        copies=tuple(Copy(one) for one in copies.split(",") if one),
        basis=tuple(one for one in basis.split(",") if one),
        power=power or None,
    )
    return Line(_some(Standing, issuers), _some(Stand, recipients), _some(Purpose, purposes), row)


@cache
def shipped() -> Table:
    """Return the table that comes with the program."""
    bases: dict[str, list[Basis]] = defaultdict(list)
    for code, text, since, until, mark in _lines("competence_bases.tsv", 5):
        bases[code].append(Basis(code, text, _day(since), _day(until), mark))
    rows: dict[Key, list[Row]] = defaultdict(list)
    for line in shipped_lines():
        for key in product(line.issuers, line.recipients, line.purposes):
            rows[key].append(line.row)
    return Table({key: tuple(found) for key, found in rows.items()}, {code: tuple(of) for code, of in bases.items()})


def _some(words: type[W], cell: str) -> tuple[W, ...]:
    return tuple(words) if cell == ANY else tuple(words(one) for one in cell.split(","))


def _lines(name: str, columns: int) -> list[list[str]]:
    text = (files("models.office") / "data" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split("\t") + [""] * columns)[:columns] for line in lines[1:]]


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None

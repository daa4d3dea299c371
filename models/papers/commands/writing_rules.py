"""行文规则: how we write to which group of recipients; changed by administrators, applied to each draft."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import select

from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentForm, DocumentKind, Publicity, Role, SealMode
from models.office.commands.organisations import issuing_body
from models.office.commands.users import require_manager
from models.office.rules.relations import Group, IssuingBody
from models.office.rules.writing_rules import Manner, WhenLate, check_manner
from models.office.tables import Organisation, User, UserRole
from models.papers.queries.writing import BODIES
from models.papers.tables import Document, MannerRow, NumberSeries

# Written where a given value means "take the general one again".
GENERAL = "-"


@action("set-manner", title="修改行文规则（生成新版本）", rights=("office.manage",), own_verb=True)
def set_manner(
    act: Act,
    group: Group,
    kind: DocumentKind,
    *,
    reason: str,
    form: DocumentForm | None = None,
    title: str | None = None,
    closing: str | None = None,
    issued_by: IssuingBody | None = None,
    series: str | None = None,
    seal: SealMode | None = None,
    signer: str | None = None,
    copies_industry_authority: bool | None = None,
    with_excerpt: bool | None = None,
    when_late: WhenLate | None = None,
    publicity: Publicity | None = None,
) -> int:
    """Add a version of a row with what is given changed; returns the version. Papers drafted before keep theirs.

    `series` is a 机关代字, which is set up for the issuer where it is new; "-" goes back to the issuer's own series, and
    "-" as `signer` to its chain. Raises NotAllowed, NotFound (no such row, unknown signer), Conflict (series of another
    body), Invalid with every fault, without reason or change.
    """
    require_manager(act)
    why = require_reason(reason)
    old = rules_of(act).manners.of(group, kind)
    if old is None:
        raise NotFound(f"对{group.label}不制发{kind.label}，没有可修改的行文规则。", code="no_manner")
    given = {
        "form": form,
        "title": title,
        "closing": closing,
        "issued_by": issued_by,
        "series": series,
        "seal": seal,
        "signer": signer,
        "copies_industry_authority": copies_industry_authority,
        "with_excerpt": with_excerpt,
        "when_late": when_late,
        "publicity": publicity,
    }
    wanted = {name: None if value == GENERAL else value for name, value in given.items() if value is not None}
    new = replace(old, **wanted)  # type: ignore[arg-type]  # the names are those of the fields, checked above
    if new == old:
        raise Invalid("行文规则没有任何改动，请写明要改成什么。", code="nothing_changes")
    faults = check_manner(group, kind, new)
    if faults:
        raise Invalid(f"行文规则有{len(faults)}处错误，未生效。", faults=faults, code="manner")
    if new.signer is not None:
        _require_signer(act, new.signer)
    if new.series is not None:
        _require_series(act, new)
    version = rules_of(act).manners.versions.get((group, kind), 0) + 1
    act.session.add(
        MannerRow(
            recipients=group,
            kind=kind,
            version=version,
            **asdict(new),
            author=act.actor.account,
            reason=why,
            valid_from=act.at,
        )
    )
    changes = {name: [getattr(old, name), getattr(new, name)] for name in wanted}
    record_admin(act, "manner_set", why=why, recipients=group.value, paper=kind.value, version=version, changes=changes)
    return version


def _require_signer(act: Act, account: str) -> None:
    found = act.session.scalar(
        select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(User.account == account, UserRole.role == Role.SIGNER, User.disabled_at.is_(None))
    )
    if found is None:
        raise NotFound(f"账号“{account}”不存在或者没有签发权限，不能定为签发人。", code="signer_not_found")


def _require_series(act: Act, manner: Manner) -> None:
    """Set up the series of a 机关代字 for its issuer. A prefix belongs to one body only."""
    issuer = issuing_body(act.session, BODIES[manner.issued_by])
    standing = act.session.scalars(
        select(NumberSeries.issuer_id).where(NumberSeries.prefix == manner.series)
    ).one_or_none()
    if standing is None:
        act.session.add(NumberSeries(issuer_id=issuer.id, kind=manner.series, prefix=manner.series))
    elif standing != issuer.id:
        raise Conflict(f"机关代字“{manner.series}”已由其他发文机关使用，请另定代字。", code="series_taken")


def row_of(act: Act, document: Document) -> MannerRow | None:
    """Return the row a paper was drafted by; None for papers to nobody."""
    return None if document.manner_id is None else act.session.get_one(MannerRow, document.manner_id)


def seal_of(act: Act, document: Document) -> SealMode:
    """Return how a paper is sealed: as its row says, else as the installation does."""
    row = row_of(act, document)
    return act.settings.seal if row is None or row.seal is None else row.seal


def series_of(act: Act, document: Document) -> str:
    """Return the series that a paper's number is drawn from, as `numbers.draw` takes it."""
    row = row_of(act, document)
    if row is None or row.series is None:
        return document.kind.value
    own = select(NumberSeries.kind).where(
        NumberSeries.prefix == row.series, NumberSeries.issuer_id == document.issuer_id
    )
    # A paper to one of our own bodies leaves in the name of another one, which has no part in this series.
    return act.session.scalars(own).one_or_none() or document.kind.value


def signer_of(act: Act, document: Document) -> tuple[int, int] | None:
    """Return person and unit of the signer that a paper's row names; None where its issuer's chain decides."""
    row = row_of(act, document)
    if row is None or row.signer is None:
        return None
    found = act.session.execute(
        select(User.id, Organisation.id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.account == row.signer, User.disabled_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound(f"行文规则指定的签发人“{row.signer}”已停用，请管理员另行指定。", code="signer_not_found")
    return found[0], found[1]

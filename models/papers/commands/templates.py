"""A unit's own templates: put into use, retired. A signed paper keeps the version it was signed with."""

from __future__ import annotations

from sqlalchemy import func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentForm, DocumentKind
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.papers.queries.templates import in_use
from models.papers.rules.template_verdict import TemplateVerdict
from models.papers.tables import Template


def upload_template(
    act: Act,
    *,
    issuer: str,
    kind: DocumentKind,
    form: DocumentForm | None,
    stored: Stored,
    file_name: str,
    verdict: TemplateVerdict,
) -> int:
    """Put an examined file into use for an issuer, kind and form (none: every form); returns its version.

    The one before is retired. The verdict must be on this very file and kind. Raises Invalid with every fault,
    NotAllowed, NotFound for an unknown unit, Conflict where this file is in use already.
    """
    policy.require(act.actor, "office.manage")
    if verdict.sha256 != stored.sha256 or verdict.kind is not kind:
        raise Invalid("模板的检查结果与上传的文件不符，请重新上传。", code="verdict_differs")
    if verdict.faults:
        raise Invalid("模板未通过检查，请修改后重新上传：", faults=verdict.faults, code="template_unfit")
    body = find_organisation(act.session, issuer)
    _lock(act, body)
    before = in_use(act.session, body.id, kind, form)
    if before is not None and before.form is form:
        if before.sha256 == stored.sha256:
            raise Conflict(f"该文件已是{kind.label}正在使用的模板。", code="template_in_use")
        _retire(act, before)
    version = act.session.scalar(
        select(func.coalesce(func.max(Template.version), 0) + 1).where(
            Template.issuer_id == body.id, Template.kind == kind
        )
    )
    assert version is not None
    act.session.add(
        Template(
            issuer_id=body.id,
            kind=kind,
            form=form,
            version=version,
            sha256=stored.sha256,
            size=stored.size,
            file_name=file_name,
            uploaded_by=act.person,
            uploaded_at=act.at,
        )
    )
    record_admin(
        act,
        "template_uploaded",
        issuer=body.id,
        template_kind=kind.value,
        form=form.value if form else None,
        version=version,
        sha256=stored.sha256,
    )
    return version


@action("retire-template", title="停用模板", rights=("office.manage",), own_verb=True)
def retire_template(act: Act, *, template: int, reason: str) -> None:
    """Take a template out of use: papers signed from now on get our own form. Raises NotFound, Conflict, NotAllowed."""
    policy.require(act.actor, "office.manage")
    row = act.session.get(Template, template)
    if row is None:
        raise NotFound(f"没有编号为{template}的模板。", code="template_not_found")
    why = require_reason(reason)
    _lock(act, act.session.get_one(Organisation, row.issuer_id))
    act.session.refresh(row)
    if row.retired_at is not None:
        raise Conflict("该模板已经停用。", code="template_retired")
    _retire(act, row)
    record_admin(act, "template_retired", why=why, template=row.id, sha256=row.sha256)


def _retire(act: Act, row: Template) -> None:
    row.retired_at, row.retired_by = act.at, act.person
    act.session.flush()  # out of use before the next one is in: only one may be


def _lock(act: Act, body: Organisation) -> None:
    """Hold the issuer's row, so that two uploads come one after the other."""
    act.session.execute(select(Organisation.id).where(Organisation.id == body.id).with_for_update())

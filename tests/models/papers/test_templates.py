"""A unit's own forms come into use and out of it; only the administrator does that, and only with a sound file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from models.first_set_up import initialise
from models.kernel.act import Act, acting
from models.kernel.errors import Conflict, Fault, Invalid, NotAllowed, NotFound
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.storage.files import Stored
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import DocumentForm, DocumentKind, Role
from models.office.commands.organisations import own_unit
from models.office.commands.users import add_user
from models.papers.commands.templates import retire_template, upload_template
from models.papers.queries.templates import in_use, template_list
from models.papers.rules.template_verdict import TemplateVerdict

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
SETTINGS = Settings()
NOTICE = DocumentKind.RECTIFICATION_NOTICE


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, durable=False)
    initialise(database, SETTINGS, AT)
    with acting(database, SETTINGS, "console", AT) as act:
        add_user(act, "admin", "管某", SETTINGS.unit, [Role.ADMIN])
    yield database
    database.close()


def upload(act: Act, letter: str, form: DocumentForm | None = None, kind: DocumentKind = NOTICE) -> int:
    sha256 = letter * 64
    return upload_template(
        act,
        issuer=SETTINGS.unit,
        kind=kind,
        form=form,
        stored=Stored(sha256, 100),
        file_name="通知书.docx",
        verdict=TemplateVerdict(sha256, kind),
    )


def used(act: Act, form: DocumentForm, kind: DocumentKind = NOTICE) -> str | None:
    template = in_use(act.session, own_unit(act.session).id, kind, form)
    return template.sha256[0] if template else None


def test_the_template_of_the_form_comes_before_the_one_for_every_form(database: Database) -> None:
    with acting(database, SETTINGS, "admin", AT) as act:
        assert used(act, DocumentForm.LETTER) is None
        assert upload(act, "a") == 1
        assert upload(act, "b", DocumentForm.LETTER) == 2
        assert (used(act, DocumentForm.LETTER), used(act, DocumentForm.NOTICE)) == ("b", "a")
        assert used(act, DocumentForm.NOTICE, DocumentKind.SUPERVISION_ORDER) is None


def test_a_new_version_retires_the_one_before_and_is_on_record(database: Database) -> None:
    with acting(database, SETTINGS, "admin", AT) as act:
        upload(act, "a")
        assert upload(act, "b") == 2
        with pytest.raises(Conflict, match="正在使用"):
            upload(act, "b")
        assert used(act, DocumentForm.NOTICE) == "b"
        listed = template_list(act.session, act.actor)
        assert [(t.version, t.retired_at is None) for t in listed] == [(2, True), (1, False)]
        events = act.session.scalars(select(AdminEvent).where(AdminEvent.kind == "template_uploaded")).all()
        assert [e.data["sha256"][0] for e in events] == ["a", "b"]


def test_a_retired_template_gives_way_to_our_own_form_and_can_come_back(database: Database) -> None:
    with acting(database, SETTINGS, "admin", AT) as act:
        upload(act, "a")
        number = template_list(act.session, act.actor)[0].id
        with pytest.raises(Invalid):
            retire_template(act, template=number, reason=" ")
        retire_template(act, template=number, reason="版头改制")
        assert used(act, DocumentForm.NOTICE) is None
        with pytest.raises(Conflict, match="已经停用"):
            retire_template(act, template=number, reason="版头改制")
        with pytest.raises(NotFound):
            retire_template(act, template=99, reason="版头改制")
        assert upload(act, "a") == 2


def test_an_unfit_file_or_a_verdict_on_another_file_is_refused(database: Database) -> None:
    with acting(database, SETTINGS, "admin", AT) as act:
        for verdict in (TemplateVerdict("b" * 64, NOTICE), TemplateVerdict("a" * 64, DocumentKind.CORRECTION)):
            with pytest.raises(Invalid, match="不符"):
                upload_template(
                    act,
                    issuer=SETTINGS.unit,
                    kind=NOTICE,
                    form=None,
                    stored=Stored("a" * 64, 100),
                    file_name="x.docx",
                    verdict=verdict,
                )
        with pytest.raises(Invalid) as refused:
            upload_template(
                act,
                issuer=SETTINGS.unit,
                kind=NOTICE,
                form=None,
                stored=Stored("a" * 64, 100),
                file_name="x.docx",
                verdict=TemplateVerdict("a" * 64, NOTICE, (Fault("正文", "没有字段。", "missing_field"),)),
            )
        assert [f.code for f in refused.value.faults] == ["missing_field"]
        assert template_list(act.session, act.actor) == []


def test_only_the_administrator_deals_with_templates(database: Database) -> None:
    with acting(database, SETTINGS, "console", AT) as act:
        with pytest.raises(NotAllowed):
            upload(act, "a")
        with pytest.raises(NotAllowed):
            retire_template(act, template=1, reason="x")
        with pytest.raises(NotAllowed):
            template_list(act.session, act.actor)

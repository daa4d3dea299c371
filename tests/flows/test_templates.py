"""A paper is made with the template it was signed with, then and for ever."""

from __future__ import annotations

import io
import zipfile

from sqlalchemy import select

from documents.templates import render_with
from flows.case import carry
from flows.installation import working_in
from flows.rendering import built
from models.kernel.act import acting
from models.kernel.tables import Event
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role
from models.office.commands.users import add_user
from models.papers.commands.templates import retire_template, upload_template
from models.papers.filling import frozen
from models.papers.rules.template_verdict import TemplateVerdict
from models.papers.tables import Document, Rendition, Template
from tests.documents.template_files import whole
from tests.stories import Story

KIND = DocumentKind.ANALYSIS_REPORT


def _upload(story: Story, data: bytes) -> None:
    stored = story.installation.files.put(data)
    with acting(story.installation.database, story.installation.settings, "admin", story.at) as act:
        upload_template(
            act,
            issuer=story.installation.settings.unit,
            kind=KIND,
            form=None,
            stored=stored,
            file_name="报告书.docx",
            verdict=TemplateVerdict(stored.sha256, KIND),
        )


def _retire(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "admin", story.at) as act:
        number = act.session.scalars(select(Template.id).where(Template.retired_at.is_(None))).one()
        retire_template(act, template=number, reason="改版")


def test_a_paper_keeps_the_template_of_its_signing_though_it_is_retired_before_rendering(story: Story) -> None:
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        add_user(act, "admin", "管某", story.installation.settings.unit, [Role.ADMIN])
    template = whole(KIND)
    _upload(story, template)
    case = story.rectifying()
    _retire(story)
    with working_in(story.installation):
        assert carry(story.installation, case, story.at).rendered == ("D1",)
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document).where(Document.ref == "D1")).one()
        used = session.scalars(select(Template)).one()
        file = session.scalars(select(Rendition)).one()
        signed = session.scalars(select(Event).where(Event.kind == "paper_issued")).one()
        expected = render_with(template, frozen(session, paper.id))
        again = built(session, story.installation.files, paper.id)
    assert paper.template_id == used.id
    assert signed.data["template"] == used.sha256
    assert story.installation.files.read(file.sha256) == expected == again


def test_without_a_template_a_paper_has_our_own_form(story: Story) -> None:
    case = story.rectifying()
    with working_in(story.installation):
        carry(story.installation, case, story.at)
    assert story.papers(case, DocumentStatus.ISSUED) == ["D1"]
    with story.installation.database.reading() as session:
        paper = session.scalars(select(Document).where(Document.ref == "D1")).one()
        data = built(session, story.installation.files, paper.id)
    assert paper.template_id is None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert b"GWMark" in package.read("word/styles.xml")

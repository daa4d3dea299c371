"""What an administrator does to accounts, units and addresses, asked of the commands without any page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed
from models.kernel.tables import AdminEvent
from models.kernel.vocabulary import Medium, OrganisationKind, Role
from models.office.commands.channels import add_channel
from models.office.commands.organisations import register
from models.office.commands.signing_in import begin_session
from models.office.tables import Channel, Organisation, User, UserRole
from models.overview.commands.leaving import disable_user, enable_user
from tests.stories import Story

UNIT = "鄂州市某某运输有限公司"


@pytest.fixture
def administered(story: Story) -> Story:
    """An office with an administrator."""
    story.employ("guan", Role.ADMIN)
    return story


def test_the_roles_of_an_account_are_replaced_with_a_reason_on_record(administered: Story) -> None:
    with pytest.raises(Conflict, match="没有变化"):
        administered.in_office("guan", "set-roles", user="nei", roles=[Role.CLERK], reason="兼任。")
    administered.in_office("guan", "set-roles", user="nei", roles=[Role.CLERK, Role.ARCHIVIST], reason="兼任。")
    with administered.installation.database.reading() as session:
        held = session.scalars(select(UserRole.role).join(User).where(User.account == "nei")).all()
        whys = session.scalars(select(AdminEvent.why)).all()
    assert set(held) == {Role.CLERK, Role.ARCHIVIST}
    assert "兼任。" in whys
    with pytest.raises(NotAllowed):
        administered.in_office("li", "set-roles", user="li", roles=[Role.SIGNER], reason="想签发。")


def test_every_session_of_an_account_is_ended_at_once(administered: Story) -> None:
    for token in ("one", "two"):
        with acting(
            administered.installation.database, administered.installation.settings, "nei", administered.at
        ) as act:
            begin_session(act, token, way="password")
    assert administered.in_office("guan", "revoke-sessions", user="nei", reason="设备丢失。") == 2
    assert administered.in_office("guan", "revoke-sessions", user="nei", reason="再查一次。") == 0


def test_a_unit_is_entered_once_and_an_address_has_one_owner(administered: Story) -> None:
    with acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act:
        register(act, UNIT, OrganisationKind.ENTERPRISE, division_code="420700")
    with (
        pytest.raises(Conflict),
        acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act,
    ):
        register(act, UNIT, OrganisationKind.ENTERPRISE, division_code="420700")
    with acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act:
        add_channel(act, Medium.MAIL, "unit@example.com", organisation=UNIT)
    with (
        pytest.raises(Invalid, match="只能选一个"),
        acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act,
    ):
        add_channel(act, Medium.MAIL, "unit@example.com", organisation=UNIT, user="li")
    with administered.installation.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Channel)) == 1
        assert session.scalar(select(func.count()).where(Organisation.name == UNIT)) == 1


def test_a_unit_gets_a_contact_with_a_reason(administered: Story) -> None:
    unit = administered.installation.settings.unit
    with pytest.raises(Invalid):
        administered.in_office("guan", "edit-organisation", organisation=unit, reason="无变化。")
    administered.in_office("guan", "edit-organisation", organisation=unit, reason="人员调整。", contact="事故科")
    with administered.installation.database.reading() as session:
        assert session.scalar(select(Organisation.contact).where(Organisation.name == unit)) == "事故科"


def test_an_account_is_disabled_once_and_let_in_again(administered: Story) -> None:
    with acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act:
        disable_user(act, "dang", reason="借调。", despite_open_work=True)
    with (
        pytest.raises(NotAllowed, match="已停用"),
        acting(administered.installation.database, administered.installation.settings, "dang", administered.at),
    ):
        pass
    with acting(administered.installation.database, administered.installation.settings, "guan", administered.at) as act:
        enable_user(act, "dang", reason="返岗。")
    with acting(administered.installation.database, administered.installation.settings, "dang", administered.at) as act:
        assert act.actor.account == "dang"

"""Who stands at the command line: a name that somebody only typed is believed when its password was shown, too,
and the code of its second factor where it decides or manages."""

from __future__ import annotations

import getpass
import os
import pwd
import sys
from dataclasses import dataclass, field

from models.kernel.act import acting
from models.kernel.errors import NotAllowed
from models.kernel.installation import DEFAULT_ACTOR, Installation
from models.kernel.rights.policy import SYSTEM
from models.kernel.vocabulary import Role
from models.office.commands.guessing import Guesser
from models.office.commands.signing_in import guessed_right, take_guess
from models.office.queries.second_factor import holds_role
from models.office.queries.signing_in import guarded, os_user_of, password_hash_of


@dataclass
class Asking:
    """Asks for the password of an account, once for each in a program's life.

    Not asked for: the console's everyday work, that of an account whose operating-system user is there, and in a demo
    everybody's. Who approves, signs or decides is asked always.
    Who does, and an administrator who acts, shows the code of their second factor too; where one is required they set it
    up first, by a verb that does not ask for it (`second` false).
    """

    second: bool = True
    shown: set[str] = field(default_factory=set)
    shown_codes: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    bound: dict[str, str | None] = field(default_factory=dict)

    def __call__(self, installation: Installation, account: str, decides: bool, acts: bool) -> str | None:
        """Let an account in; returns its operating-system user where that one is there.

        Raises NotAllowed with the way out where it may not come in here.
        """
        if account == SYSTEM.account:
            raise NotAllowed("system 是系统自身的账号，不能由人员使用。", code="system_account")
        if not (decides or self._asks(installation, account)):
            return None
        os_user = self._bound(installation, account)
        if os_user is not None and not (decides or (acts and _manages(installation, account))):
            return os_user
        if account not in self.shown:
            if not _has_password(installation, account):
                return os_user
            password, self.codes[account] = _given(installation, account)
            _compare(installation, account, password)
            self.shown.add(account)
        if self.second and account not in self.shown_codes and (decides or (acts and _manages(installation, account))):
            self._ask_code(installation, account)
        return os_user

    def _bound(self, installation: Installation, account: str) -> str | None:
        """Return the operating-system user of this process where the account is bound to it; on SQLite none is anybody."""
        if installation.database.engine.dialect.name == "sqlite":
            return None
        if account not in self.bound:
            with installation.database.reading() as session:
                self.bound[account] = os_user_of(session, account)
        name = self.bound[account]
        return name if name is not None and name == os_user_here() else None

    def _ask_code(self, installation: Installation, account: str) -> None:
        """Ask for the code of who has a second factor. Raises NotAllowed where one is required and there is none."""
        from ui import second_factor

        if second_factor.owes(installation, account):
            raise NotAllowed(
                f"账号“{account}”的角色必须启用动态口令，请先运行 shencha user second-factor --as {account}，"
                "或者登录网页设置。",
                code="second_factor_wanted",
            )
        if second_factor.second(installation, account) is None:
            return
        given = self.codes.pop(account, "") or _given_code(installation, account)
        second_factor.check(installation, account, given, Guesser("cli"))
        self.shown_codes.add(account)

    @staticmethod
    def _asks(installation: Installation, account: str) -> bool:
        return account != DEFAULT_ACTOR and not installation.settings.demo


def os_user_here() -> str | None:
    """Return the name of the operating-system user that this process runs as; None for a number without a name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return None


def _has_password(installation: Installation, account: str) -> bool:
    """Return whether there is something to compare; one that is not in use is refused elsewhere."""
    with installation.database.reading() as session:
        found = guarded(session, account, installation.clock())
    if found is None:
        return False
    if not found.has_password:
        raise NotAllowed(
            f"账号“{account}”没有设置密码，不能从命令行以其名义办理；"
            f"请管理员用 shencha user reset-password {account} 设置。",
            code="no_password",
        )
    if found.must_change_password:
        raise NotAllowed(
            f"账号“{account}”的密码是他人设置的，须由本人先登录网页修改，再从命令行办理。", code="first_password"
        )
    return True


def _manages(installation: Installation, account: str) -> bool:
    with installation.database.reading() as session:
        return holds_role(session, account, Role.ADMIN)


def _given(installation: Installation, account: str) -> tuple[str, str]:
    """Return the password from the file that is named for it, and the code of its second line if there is one, else the
    password from the terminal; it never is an argument."""
    file = installation.settings.password_file
    if file is not None:
        try:
            with file.open(encoding="utf-8") as lines:
                return lines.readline().rstrip("\r\n"), lines.readline().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NotAllowed(f"不能读取密码文件“{file}”（SHENCHA_PASSWORD_FILE）。", code="password_file") from error
    if not sys.stdin.isatty():
        raise NotAllowed(
            f"以账号“{account}”办理须核对其密码：请在终端中运行，或者用 SHENCHA_PASSWORD_FILE 指定写有密码的文件。",
            code="password_wanted",
        )
    return getpass.getpass(f"账号“{account}”的密码："), ""


def _given_code(installation: Installation, account: str) -> str:
    if installation.settings.password_file is not None or not sys.stdin.isatty():
        raise NotAllowed(
            f"账号“{account}”已启用动态口令：请在终端中运行，或者把动态口令写在密码文件（SHENCHA_PASSWORD_FILE）的第二行。",
            code="code_wanted",
        )
    return getpass.getpass(f"账号“{account}”的动态口令（或者恢复码）：")


def _compare(installation: Installation, account: str, given: str) -> None:
    from ui.demo_accounts import DEMO_PASSWORD
    from ui.passwords import fits

    here = Guesser("cli")
    with acting(
        installation.database, installation.settings, SYSTEM.account, installation.clock(), door=installation.door
    ) as act:
        take_guess(act, account, here)
    with installation.database.reading() as session:
        kept = password_hash_of(session, account, installation.clock())
    # The known password of the demo opens nothing where this is no demo.
    if not fits(kept, given) or (given == DEMO_PASSWORD and not installation.settings.demo):
        raise NotAllowed(f"账号“{account}”的密码不正确。", code="wrong_password")
    with acting(
        installation.database, installation.settings, SYSTEM.account, installation.clock(), door=installation.door
    ) as act:
        guessed_right(act, account, here)

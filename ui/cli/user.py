"""`shencha user …`: accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from models.kernel.vocabulary import Role
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Account = Annotated[str, typer.Argument(metavar="账号", help="登录名", show_default=False)]


@verbs.command("add", cls=Verb, help="建立账号（首个管理员由 console 建立）")
def add(
    context: typer.Context,
    account: Account,
    organisation: Annotated[str, typer.Option(metavar="单位", help="所属单位名称或编号", show_default=False)],
    role: Annotated[
        list[Role], typer.Option(parser=word(Role), metavar="代码", help=f"角色：{choices(Role)}", show_default=False)
    ],
    name: Annotated[str, typer.Option(metavar="姓名", help="印在文书上的姓名；不写则同账号")] = "",
    actor: As = None,
    json: Json = False,
) -> None:
    """Make an account."""
    from models.office.commands.users import add_user
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        add_user(act, account, name, organisation, role)
    answer: Answer = context.obj
    answer.give(
        {"account": account, "name": name or account, "organisation": organisation, "roles": role},
        lambda: say(f"已建立账号“{account}”：{'、'.join(one.label for one in role)}。"),
    )


@verbs.command("list", cls=Verb, help="账号列表")
def list_(context: typer.Context, actor: As = None, json: Json = False) -> None:
    """List accounts."""
    from models.office.queries.people import user_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(actor) as read:
        users = user_list(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        users,
        lambda: table(
            ("账号", "姓名", "单位", "角色", "状态", "操作系统用户"),
            (
                (
                    user.account,
                    user.name,
                    user.organisation,
                    "、".join(role.label for role in user.roles),
                    "已停用" if user.disabled_at else "在用",
                    user.os_user or "",
                )
                for user in users
            ),
            empty="没有账号。",
        ),
    )


@verbs.command("disable", cls=Verb, help="停用账号；已办事项不变")
def disable(
    context: typer.Context,
    account: Account,
    reason: Annotated[str, typer.Option(metavar="文字", help="停用理由", show_default=False)],
    despite_open_work: Annotated[bool, typer.Option("--despite-open-work", help="尚有在办工作，不交接也停用")] = False,
    actor: As = None,
    json: Json = False,
) -> None:
    """Disable an account; one with open work only where that is said."""
    from models.overview.commands.leaving import disable_user
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        disable_user(act, account, reason=reason, despite_open_work=despite_open_work)
    answer: Answer = context.obj
    answer.give({"account": account, "disabled": True}, lambda: say(f"已停用账号“{account}”。"))


@verbs.command("enable", cls=Verb, help="恢复停用的账号；登录密码须由管理员重新设置")
def enable(
    context: typer.Context,
    account: Account,
    reason: Annotated[str, typer.Option(metavar="文字", help="恢复理由", show_default=False)],
    actor: As = None,
    json: Json = False,
) -> None:
    """Let a disabled account be used again."""
    from models.overview.commands.leaving import enable_user
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        enable_user(act, account, reason=reason)
    answer: Answer = context.obj
    answer.give(
        {"account": account, "disabled": False},
        lambda: say(f"已恢复账号“{account}”。原登录密码已失效，请用 user reset-password {account} 重设。"),
    )


@verbs.command("set-password", cls=Verb, help="设置登录密码（从终端或标准输入读取）；本人首次登录须修改")
def set_password(context: typer.Context, account: Account, actor: As = None, json: Json = False) -> None:
    """Set a password that somebody chose; it never stands on the command line, where others could read it."""
    import getpass
    import sys

    typed = getpass.getpass("新密码：") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    _set(context, account, typed, actor)


@verbs.command("reset-password", cls=Verb, help="重设登录密码并显示一次；原有登录随即失效，本人首次登录须修改")
def reset_password(context: typer.Context, account: Account, actor: As = None, json: Json = False) -> None:
    """Set a password that nobody chose, and tell it once."""
    from ui.passwords import first_password

    _set(context, account, first_password(), actor, tell_it=True)


def _set(context: typer.Context, account: str, password: str, actor: str | None, *, tell_it: bool = False) -> None:
    from models.office.commands.users import set_password
    from ui.installation import open_installation
    from ui.passwords import hashed, refuse_weak

    refuse_weak(password, account)
    kept = hashed(password)
    with open_installation() as installation, installation.acting(actor) as act:
        set_password(act, account, kept)
    answer: Answer = context.obj
    told = {"account": account, "must_change": True}
    answer.give(
        {**told, "password": password} if tell_it else told,
        lambda: say(
            f"账号“{account}”的新密码：{password}（只显示这一次，首次登录须修改）。"
            if tell_it
            else f"已设置账号“{account}”的密码，本人首次登录须修改。"
        ),
    )


@verbs.command("link", cls=Verb, help="把统一身份认证中的一个人对应到账号")
def link(
    context: typer.Context,
    account: Account,
    subject: Annotated[str, typer.Option(metavar="标识", help="该服务中此人的唯一标识（sub）", show_default=False)],
    actor: As = None,
    json: Json = False,
) -> None:
    """Let a person of the unit's own sign-in service come in as an account."""
    from models.kernel.errors import Invalid
    from models.office.commands.users import link_identity
    from ui.installation import open_installation

    with open_installation() as installation:
        if installation.settings.oidc_issuer is None:
            raise Invalid("没有设置统一身份认证（SHENCHA_OIDC_ISSUER）。", code="no_oidc")
        with installation.acting(actor) as act:
            link_identity(act, account, installation.settings.oidc_issuer.rstrip("/"), subject)
    answer: Answer = context.obj
    answer.give({"account": account, "subject": subject}, lambda: say(f"已把身份“{subject}”对应到账号“{account}”。"))


@verbs.command(
    "link-os",
    cls=Verb,
    help="把操作系统用户对应到账号：以该用户登录本机的，用 --as 办理日常事项不再核对密码（PostgreSQL）",
)
def link_os(
    context: typer.Context,
    account: Account,
    os_user: Annotated[str, typer.Argument(metavar="操作系统用户", help="本机的用户名", show_default=False)],
    actor: As = None,
    json: Json = False,
) -> None:
    """Let an operating-system user be an account at the command line. Raises Invalid where this machine knows none."""
    import pwd

    from models.kernel.errors import Invalid
    from models.office.commands.users import link_os_user
    from ui.installation import open_installation

    try:
        pwd.getpwnam(os_user)
    except KeyError:
        raise Invalid(f"本机没有操作系统用户“{os_user}”。", code="no_os_user") from None
    with open_installation() as installation, installation.acting(actor) as act:
        link_os_user(act, account, os_user)
    answer: Answer = context.obj
    answer.give(
        {"account": account, "os_user": os_user},
        lambda: say(f"已把操作系统用户“{os_user}”对应到账号“{account}”；审批、签发、裁定和管理账号仍须核对密码。"),
    )


@verbs.command("unlink-os", cls=Verb, help="取消账号与操作系统用户的对应")
def unlink_os(context: typer.Context, account: Account, actor: As = None, json: Json = False) -> None:
    """Let no operating-system user be an account any more."""
    from models.office.commands.users import unlink_os_user
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        unlink_os_user(act, account)
    answer: Answer = context.obj
    answer.give({"account": account, "os_user": None}, lambda: say(f"账号“{account}”不再对应操作系统用户。"))


@verbs.command(
    "second-factor",
    cls=Verb,
    help="动态口令：先显示二维码，再用 --code 启用；启用后 --new-codes 换发恢复码、--remove 停用",
)
def second_factor(
    context: typer.Context,
    code: Annotated[str, typer.Option("--code", metavar="口令", help="手机上显示的 6 位数字，或者恢复码")] = "",
    new_codes: Annotated[bool, typer.Option("--new-codes", help="换发恢复码，原有的全部失效")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="停用，以便更换手机")] = False,
    actor: As = None,
    json: Json = False,
) -> None:
    """Set the own second factor up, in two steps; then new recovery codes, or none any more. A code is good once, so that
    it may stand on the command line."""
    from dataclasses import replace

    from models.kernel.errors import Invalid
    from models.office.commands.guessing import Guesser
    from models.office.commands.second_factor import confirm_second_factor
    from ui import second_factor as factors
    from ui.asking import Asking
    from ui.installation import open_installation

    answer: Answer = context.obj
    if (new_codes or remove) and (not code or (new_codes and remove)):
        raise Invalid("--new-codes 和 --remove 只能用其中一个，并须用 --code 写明动态口令。", code="code_wanted")
    with open_installation() as opened:
        installation = replace(opened, admit=Asking(second=False))
        account = installation.whose(actor, decides=True)  # also of who is bound to a user of the machine
        if remove:
            factors.removed(installation, account, code, Guesser("cli"))
            answer.give({"account": account, "second_factor": False}, lambda: say("动态口令已停用。"))
            return
        if not code:
            secret = factors.begin(installation, account)
            address = factors.address_of(account, secret)
            answer.give(
                {"account": account, "otpauth": address},
                lambda: say(
                    f"{factors.in_characters(account, secret)}\n请用手机上的动态口令程序扫描，或者手工输入：{address}\n"
                    f"再运行 shencha user second-factor --as {account} --code 手机上的6位数字 启用。"
                ),
            )
            return
        done = "恢复码已换发，原有的不能再用" if new_codes else "动态口令已启用"
        if new_codes:
            codes = factors.renewed(installation, account, code, Guesser("cli"))
        else:
            key = factors.key_of(installation)
            with installation.acting(account) as act:
                codes = confirm_second_factor(act, key, code)
    lines = "\n".join(codes)
    answer.give(
        {"account": account, "second_factor": True, "recovery_codes": list(codes)},
        lambda: say(f"{done}。恢复码只显示这一次，每个可用一次，请与手机分开保管：\n{lines}"),
    )

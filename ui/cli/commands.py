"""The whole command line: groups of verbs, and the few verbs that stand alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import typer

from ui.cli import (
    accident,
    archive,
    authority,
    brief,
    calendar,
    case,
    channel,
    circular,
    code,
    competence,
    deadline,
    document,
    export,
    figures,
    hazard,
    importing,
    incoming,
    keeping,
    knowledge,
    ladder,
    manner,
    message,
    office,
    organisation,
    record,
    recurrence,
    rehearsal,
    rule,
    sample,
    scanner,
    search,
    system,
    template,
    unit,
    user,
    warning,
)
from ui.cli.actions import OfficeActions
from ui.cli.help_page import Group, Verb

GROUPS = (
    (case.verbs, "case", "案件：立案、查询、逐步办理"),
    (document.verbs, "document", "文书：列表、导出、版式检查"),
    (archive.verbs, "archive", "档案：归档前检查、校验、核查、封装、移交、销毁清册"),
    (search.verbs, "search", "检索：在可以查看的问题、措施、反馈、文书和证据中查找"),
    (record.verbs, "record", "记录：核对事件链和文件，检查点"),
    (scanner.verbs, "scanner", "查杀：接收的文件中的恶意程序"),
    (message.verbs, "message", "消息：收件箱、未送达消息的处理"),
    (knowledge.verbs, "knowledge", "知识库：职责、依据、问题写法、整改措施"),
    (deadline.verbs, "deadline", "时限：说明每个日期如何计算"),
    (accident.verbs, "accident", "事故台账：查找、更正、合并与拆分、对应案件"),
    (recurrence.verbs, "recurrence", "整改后又发生：新事故与原措施"),
    (warning.verbs, "warning", "风险预警：名单、依据、判定标准、评判"),
    (calendar.verbs, "calendar", "工作日历"),
    (rule.verbs, "rule", "时限规则"),
    (ladder.verbs, "ladder", "督办阶梯"),
    (manner.verbs, "manner", "行文规则"),
    (authority.verbs, "authority", "行文凭据：同意、授权、委托、独立行文资格、道安委规则、批准"),
    (circular.verbs, "circular", "通报：各时期的统计和已拟制的通报"),
    (competence.verbs, "competence", "行文权限：能否行文、行文权限表"),
    (incoming.verbs, "incoming", "来文：检察建议、司法建议、督办、批示、建议提案"),
    (hazard.verbs, "hazard", "隐患：登记、台账导入导出、列表"),
    (importing.verbs, "import", "载入别处的事故台账和登记簿"),
    (export.verbs, "export", "导出：协办单位的整改台账"),
    (user.verbs, "user", "账号"),
    (organisation.verbs, "organisation", "单位"),
    (unit.verbs, "unit", "单位的确认、更名、合并"),
    (code.verbs, "code", "代码表：情况表各栏可选的词"),
    (channel.verbs, "channel", "外发地址：邮件和聊天群的登记、试发、停用"),
    (template.verbs, "template", "文书模板：检查、启用、停用、字段说明"),
    (keeping.verbs, "database", "数据库：迁到另一个数据库，更换密钥"),
    (office.verbs, "office", "机关事务：审批流程、编号、代签、请假、交接、批量用印"),
)
GROUP_OF = {"office": OfficeActions, "search": search.WordsAtOnce}
ALONE: tuple[tuple[Callable[..., None], str, str], ...] = (
    (system.init, "init", "创建或升级数据库，载入基础数据（可重复执行）"),
    (system.up, "up", "启动整个系统，Ctrl-C 结束"),
    (system.worker, "worker", "启动后台工作进程"),
    (system.web, "web", "启动网页"),
    (system.sweep, "sweep", "检查一遍到期的时限"),
    (warning.effect, "effect", "治理成效：各类措施与条件相近的地点比较"),
    (rehearsal.rehearse, "rehearse", "推演：用模拟时钟走完一份案情卷的全过程"),
    (sample.demo, "demo", "建立演示账号和一个走完全程的演示案件"),
    (keeping.backup, "backup", "备份数据库和全部文件，写完即核对（不影响使用）"),
    (keeping.restore, "restore", "从备份恢复到没有数据库的数据目录，核对后才算完成"),
    (brief.brief, "brief", "一周简报：上周事故、预警、逾期和下周到期"),
    (figures.figures, "figures", "事故数据：四项指数、亡人事故，同比、环比和分组（取自事故台账）"),
    (system.doctor, "doctor", "检查系统各部分是否正常"),
    (system.settings, "settings", "显示各项设置及其来源"),
)


@cache
def command() -> Any:
    """Return the command line, ready to be invoked; built once, for a process that says several lines."""
    app = typer.Typer(
        name="shencha",
        cls=Group,
        help="深查：道路交通事故深度调查办案系统",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
    )
    for verb, name, meaning in ALONE[:1]:
        app.command(name, cls=Verb, help=meaning)(verb)
    for verbs, name, meaning in GROUPS:
        app.add_typer(verbs, name=name, help=meaning, cls=GROUP_OF.get(name, Group), no_args_is_help=True)
    for verb, name, meaning in ALONE[1:]:
        app.command(name, cls=Verb, help=meaning)(verb)
    return typer.main.get_command(app)

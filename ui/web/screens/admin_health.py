"""系统状态: is every part in order, and what administrators did of late."""

from __future__ import annotations

import streamlit as st

from models.office.queries.administration import AdminEventShown, admin_record
from models.register.rules.hazards import STEPS
from ui.doctor import Finding, examine
from ui.event_sentence import label_of, when
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION
from ui.web.parts.language import said
from ui.web.parts.record_banner import record_banner
from ui.web.parts.stuck_steps import nobody
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, plain

ADDRESS = "health"
LAST_ACTS = 500  # of the chain of the record; `shencha doctor` checks all of it
SHOWN = {"good": ("正常", "green"), "note": ("注意", "yellow"), "bad": ("须处理", "red")}
DONE = {
    "absence_recorded": "登记请假",
    "accidents_import_given_up": "不再继续导入事故",
    "accidents_imported": "导入事故",
    "authority_ended": "终止行文凭据",
    "authority_recorded": "登记行文凭据",
    "circular_rhythm_set": "设置通报周期",
    "competence_ended": "终止本地行文权限",
    "competence_set": "修改行文权限",
    "account_locked": "账号锁定",
    "authorisation_revoked": "撤销代签授权",
    "backup_failed": "备份失败",
    "backup_made": "备份",
    "calendar_loaded": "载入放假安排",
    "chain_set": "设置审批流程",
    "case_exported": "导出全案",
    "case_imported": "导入案件",
    "channel_added": "登记外发地址",
    "channel_disabled": "停用外发地址",
    "channel_tried": "试发外发地址",
    "denominator_entered": "登记统计基数",
    "earlier_total_entered": "登记历史总数",
    "month_closed": "月度关账",
    "month_reopened": "撤销关账",
    "earlier_state_explained": "说明数据库恢复到较早状态",
    "file_released": "放行查出恶意程序的文件",
    "files_to_be_examined": "重新检查文件",
    "malware_found": "查出恶意程序",
    "import_profile_set": "启用导入模板",
    "quarantine_dropped": "隔离区的行不导入",
    "quarantine_imported": "隔离区的行改正后导入",
    "identity_linked": "对应统一身份",
    "os_user_linked": "对应操作系统用户",
    "os_user_unlinked": "取消对应操作系统用户",
    "code_added": "增加代码表的词",
    "code_retired": "停用代码表的词",
    "installation_created": "建立系统",
    "link_key_set": "启用文书链接密钥",
    "installation_renamed": "按设置更正本单位名称和机关代字",
    "ladder_set": "修改督办阶梯",
    "manner_set": "修改行文规则",
    "office_chain_begun": "管理记录起链",
    "organisation_added": "登记单位",
    "organisation_changed": "修改单位",
    "organisation_confirmed": "确认单位",
    "organisation_merged": "合并单位",
    "organisation_renamed": "单位更名",
    "organisations_imported": "导入单位",
    "password_changed": "本人修改密码",
    "password_guessed": "连续输错密码",
    "password_set": "设置密码",
    "recovery_codes_renewed": "换发动态口令的恢复码",
    "recovery_code_used": "使用动态口令的恢复码",
    "register_loaded": "载入登记簿",
    "registered_accident_corrected": "更正事故台账",
    "registered_accident_linked": "事故台账对应案件",
    "registered_accident_split": "拆分事故台账的行",
    "registered_accidents_merged": "合并事故台账的行",
    "registered_accidents_told_apart": "确认不是同一起事故",
    "roles_set": "修改角色",
    "rule_set": "修改时限规则",
    "criterion_set": "修改风险预警判定标准",
    "warnings_listed": "列出风险预警",
    "warning_list_decided": "批准或者退回预警名单",
    "warning_confirmed": "采纳风险预警",
    "warning_dismissal_proposed": "提请不采纳风险预警",
    "warning_dismissal_decided": "批准或者退回不采纳",
    "warning_objected": "登记对风险预警的异议",
    "warnings_lapsed": "风险预警逾期未处理",
    "warnings_judged": "评判一年前的风险预警",
    "second_factor_guessed": "连续输错动态口令",
    "second_factor_removed": "停用动态口令",
    "second_factor_reset": "重置动态口令",
    "second_factor_set": "启用动态口令",
    "series_set": "设置编号序列",
    "session_ended": "收回本人的一个登录",
    "sessions_revoked": "收回登录",
    "signed_in": "登录",
    "signing_authorised": "授权代签",
    "template_retired": "停用模板",
    "template_uploaded": "启用模板",
    "user_added": "建立账号",
    "user_disabled": "停用账号",
    "user_enabled": "恢复账号",
    "work_handed_over": "工作交接",
    "hazard_link_made": "制发隐患上报链接",
    "hazard_link_revoked": "停用隐患上报链接",
    "hazards_imported": "导入隐患台账",
    **STEPS,
}


def show(visitor: Visitor) -> None:
    """Show each part with what to do about it, and the record of administrators."""
    st.title(said("系统状态"))
    record_banner(visitor)
    with st.spinner("正在检查各部分…"):
        findings = examine(last_acts=LAST_ACTS)
    bad = [finding for finding in findings if finding.level == "bad"]
    if bad:
        st.error(f"有 {len(bad)} 项须处理：{plain('、'.join(finding.title for finding in bad))}。")
    table(("状态", "部分", "情况"), [_finding(finding) for finding in findings], narrow=(0, 1))
    nobody(visitor)
    st.subheader(said("管理记录"))
    key = after() or ""
    with visitor.reading() as read:
        found = admin_record(read.session, read.actor, after=int(key) if key.isdecimal() else None, limit=PAGE + 1)
    if not found:
        empty("还没有管理记录。", "账号、单位和规则的改动会记在这里。")
        return
    table(("时间", "事项", "办理人", "途径", "理由"), [_act(act) for act in found[:PAGE]], narrow=(0, 1, 3))
    pager(ADDRESS, found, lambda row: row.key)


def _finding(finding: Finding) -> tuple[object, ...]:
    word, colour = SHOWN[finding.level]
    return Html(f'<span class="sc-light sc-{colour}">{word}</span>'), finding.title, finding.message


def _act(act: AdminEventShown) -> tuple[object, ...]:
    done, whose = DONE.get(act.kind, act.kind), act.account
    about = f"{done}　{whose}" if whose and whose != act.actor else done
    return when(act.happened_at), about, act.actor, label_of(act.door), act.why


SCREEN = Screen("系统状态", ADDRESS, SECTION, show, ADMIN)

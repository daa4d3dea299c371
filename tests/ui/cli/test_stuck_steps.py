"""`case stuck`, `doctor` and `user disable`/`enable`: what nobody may take, and how it comes about."""

from __future__ import annotations

import pytest

from tests.ui.cli.conftest import Shell


@pytest.mark.loopback
def test_what_nobody_may_take_is_counted_by_doctor_listed_by_its_command_and_vanishes(shell: Shell, case: str) -> None:
    assert shell("case", "do", case, "submit", "--paper", "D1", "--as", "li").status == 0
    assert shell("case", "stuck", "--as", "ling").out == "没有无人可办的步骤。\n"
    refused = shell("user", "disable", "shen", "--reason", "调离")
    assert refused.status == 1
    assert "停用后无人可办的步骤 1 项" in refused.err
    assert "shen" in refused.err
    assert shell("user", "disable", "shen", "--reason", "调离", "--despite-open-work").status == 0
    [step] = shell("case", "stuck", "--as", "ling", "--json").json
    assert (step["wait"], step["case_number"], step["paper"]) == ("review", case, "D1")
    assert "待审核" in shell("case", "stuck", "--as", "ling").out
    told = next(part for part in shell("doctor", "--json").json["findings"] if part["part"] == "steps")
    assert told["level"] == "note"
    assert told["message"].startswith("无人可办：待审核 1 项。请管理员用 shencha case stuck 查看")
    assert shell("user", "enable", "shen", "--reason", "调回").out.startswith("已恢复账号“shen”。原登录密码已失效")
    assert shell("case", "stuck", "--as", "ling", "--json").json == []


def test_a_returned_paper_says_why_on_a_terminal_until_it_is_submitted_again(shell: Shell, case: str) -> None:
    shell("case", "do", case, "submit", "--paper", "D1", "--as", "li")
    shell("case", "do", case, "return", "--paper", "D1", "--reason", "缺少痕迹鉴定意见。", "--as", "shen")
    for verb in (("case", "show"), ("document", "list")):
        said = shell(*verb, case, "--as", "li").out
        assert "退回：D1" in said
        assert "理由：缺少痕迹鉴定意见。" in said
    [paper] = [one for one in shell("document", "list", case, "--as", "li", "--json").json if one["ref"] == "D1"]
    assert paper["returned"]["reason"] == "缺少痕迹鉴定意见。"
    shell("case", "do", case, "submit", "--paper", "D1", "--as", "li")
    assert "退回：" not in shell("case", "show", case, "--as", "li", "--events", "0").out

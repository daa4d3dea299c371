"""`shencha competence`: the table, and what may be written to whom, at the command line."""

from __future__ import annotations

from tests.ui.cli.conftest import Shell


def test_the_table_is_listed_by_recipient_and_purpose(shell: Shell) -> None:
    said = shell("competence", "list", "--recipient", "peer", "--purpose", "order", "--as", "li", "--json")
    assert said.status == 0, said.err
    lines = said.json
    assert lines
    assert all("peer" in line["recipients"] and "order" in line["purposes"] for line in lines)
    assert "commission_rule" in {line["needs"] for line in lines}
    assert "须有的凭据" in shell("competence", "list", "--recipient", "peer", "--as", "li").out


def test_whether_a_paper_may_go_is_answered_with_the_open_way(shell: Shell) -> None:
    for name, kind, division in (("某区人民政府", "government", "420704"), ("某市交通局", "transport", "420700")):
        added = shell("organisation", "add", name, "--kind", kind, "--division", division, "--as", "nei")
        assert added.status == 0, added.err
    ask = ("competence", "ask", "某区人民政府", "--paper", "rectification_notice", "--as", "li")
    said = shell(*ask, "--json").json
    assert (said["may"], said["ways"][0], said["stand"]) == (False, "consent", "lower_government")
    assert "请先请示本级人民政府" in shell(*ask).out
    peer = shell("competence", "ask", "某市交通局", "--paper", "整改报告通知书", "--as", "li", "--json").json
    assert (peer["may"], peer["form"], peer["issuer"]) == (True, "letter", "鄂州市公安局交通警察支队")
    by_bureau = shell(
        *("competence", "ask", "某市交通局", "--paper", "rectification_notice", "--issuer", "bureau", "--as", "li"),
        "--json",
    ).json
    assert by_bureau["issuer"] != peer["issuer"]
    refused = shell("competence", "ask", "某市交通局", "--paper", "correction", "--as", "li")
    assert (refused.status, "不单独判断行文权限" in refused.err) == (1, True)
    nobody = shell("competence", "ask", "某市交通局", "--paper", "reminder", "--issuer", "某局", "--as", "li")
    assert "没有登记这个发文机关" in nobody.err

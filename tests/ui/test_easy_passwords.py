"""Which passwords are refused, with one sentence that says why, and which are not."""

from __future__ import annotations

import pytest

from models.kernel.errors import Invalid
from ui.passwords import first_password, refuse_weak


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("1qaz2wsx3edc", "键盘上相邻的键"),
        ("qwertyuiop", "键盘上相邻的键"),
        ("poiuytrewq123", "键盘上相邻的键"),
        ("!@#$%^&*()", "键盘上相邻的键"),
        ("1234567890", "键盘上相邻的键"),
        ("abcdefghij", "连续的数字或字母"),
        ("87654321abcd", "连续的数字或字母"),
        ("gongan110110", "常用词"),
        ("Jiaojing2024!", "常用词"),
        ("Ezhou@2026.11", "常用词"),
        ("P@ssw0rd2026", "常用词"),
        ("鄂州市公安局2026年", "地名"),
        ("19850412a1985", "年份或日期"),
        ("aaaaaaaaaaaa", "重复的字符"),
        ("xk7xk7xk7xk7", "重复的字符"),
        ("a1b1a1b1b1a1", "重复的字符"),
    ],
)
def test_what_is_guessed_first_is_refused_and_the_reason_is_said(password: str, why: str) -> None:
    with pytest.raises(Invalid, match="密码容易被猜到") as refused:
        refuse_weak(password, "li")
    assert why in refused.value.message
    assert refused.value.message.count("。") == 2
    assert password not in refused.value.message


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "Kv7#tQ9!mZ2x",
        "雨后山路上有三只白鹭飞过",
        "yige-ceshi-mima",
        "panda-2024-ketchup-violin",
        "yejian-zoulu-kan-xingxing",
    ],
)
def test_what_nobody_guesses_is_taken(password: str) -> None:
    refuse_weak(password, "gonghao")


def test_the_own_account_is_no_part_of_a_password() -> None:
    with pytest.raises(Invalid, match="不要包含账号"):
        refuse_weak("zhao-Kv7#tQ9!mZ2x", "ZHAO")


@pytest.mark.parametrize("password", ["Kv7#tQ9!m", "长" * 201])
def test_too_short_and_too_long_is_told_with_the_limits(password: str) -> None:
    with pytest.raises(Invalid, match="10 至 200 个字符"):
        refuse_weak(password, "li")


def test_a_password_that_we_choose_ourselves_is_never_an_easy_one(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["xk7xk7xk7xk7", "1qaz2wsx3edc", "Kv7tQ9mZ2xwB"])
    monkeypatch.setattr("ui.passwords.secrets.token_urlsafe", lambda _bytes: next(drawn))
    assert first_password() == "Kv7tQ9mZ2xwB"


def test_a_long_password_is_looked_through_at_once() -> None:
    refuse_weak("ab" * 50 + "Kv7#tQ9!mZ2x", "guanliyuan")

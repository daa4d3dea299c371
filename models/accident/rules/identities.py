"""公民身份号码 (GB 11643) and 统一社会信用代码 (GB 32100): their form and their check digit."""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric, uscc

from models.kernel.errors import Invalid

_IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}", re.ASCII)


def identity_number(text: str) -> str:
    """Return the number with a capital X. Raises Invalid with what is wrong with it."""
    number = text.upper()
    if not _IDENTITY.fullmatch(number):
        raise Invalid("公民身份号码应为18位", code="bad_identity_number")
    if number[-1] != ric.calc_check_digit(number):
        raise Invalid("公民身份号码的校验码不对，请核对", code="bad_identity_number")
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid("公民身份号码中的出生日期不存在，请核对", code="bad_identity_number") from None
    return number


def half_hidden(text: str) -> str:
    """Return a number or address as it is shown to who did not ask for the whole: 4207**********1234.

    At least three signs are hidden, by which what is sent back half hidden is known.
    """
    if not text:
        return text
    shown = min(4, len(text) // 4) if len(text) > 4 else 0
    return text[:shown] + "*" * max(3, len(text) - 2 * shown) + text[len(text) - shown :]


def credit_code(text: str) -> str:
    """Return the code in capitals. Raises Invalid with what is wrong with it."""
    code = text.upper()
    if not _CREDIT.fullmatch(code):
        raise Invalid("统一社会信用代码应为18位数字或大写字母（不含 I、O、S、V、Z）", code="bad_credit_code")
    if code[-1] != uscc.calc_check_digit(code):
        raise Invalid("统一社会信用代码的校验码不对，请核对", code="bad_credit_code")
    return code

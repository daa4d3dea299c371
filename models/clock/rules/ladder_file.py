"""A ladder as a file: {"rungs": [{"code", "when", "what", …}]}, as `shencha ladder show --json` prints it."""

from __future__ import annotations

import json
from collections.abc import Sequence

from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Light, Word

from .escalation import Addressee, Rung, When

KNOWN = ("code", "when", "what", "addressees", "working_days", "needs_approval", "light", "rules")
NEEDED = KNOWN[:3]


def read_ladder(data: bytes) -> tuple[Rung, ...]:
    """Return the rungs of a file; whether they make a ladder is `escalation.check_ladder`'s to say.

    Raises Invalid with every fault at once.
    """
    try:
        said = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise Invalid("督办阶梯文件不是UTF-8编码的JSON，请核对。", code="not_json") from None
    entries = said.get("rungs") if isinstance(said, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Invalid("督办阶梯文件应含有rungs列表，可先用ladder show --json导出再修改。", code="ladder_file")
    faults: list[Fault] = []
    rungs = [_rung(f"rungs[{place}]", entry, faults) for place, entry in enumerate(entries)]
    if faults:
        raise Invalid(f"督办阶梯文件有{len(faults)}处错误，未生效。", faults=faults, code="ladder_file")
    return tuple(rung for rung in rungs if rung is not None)


def _rung(path: str, entry: object, faults: list[Fault]) -> Rung | None:
    if not isinstance(entry, dict):
        faults.append(Fault(path, "应是一个JSON对象，请修改。", "ladder_file"))
        return None
    before = len(faults)
    faults += [Fault(f"{path}.{name}", "不认识这一项，请删去。", "unknown_key") for name in entry if name not in KNOWN]
    for name in NEEDED:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            faults.append(Fault(f"{path}.{name}", "必须填写文字，请补充。", "missing"))
    days, approval = entry.get("working_days", 0), entry.get("needs_approval", False)
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 250:
        faults.append(Fault(f"{path}.working_days", "必须是0至250之间的整数，请修改。", "wrong_type"))
    if not isinstance(approval, bool):
        faults.append(Fault(f"{path}.needs_approval", "必须是true或者false，请修改。", "wrong_type"))
    told, rules = entry.get("addressees", []), entry.get("rules")
    for name, value in (("addressees", told), ("rules", [] if rules is None else rules)):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            faults.append(Fault(f"{path}.{name}", "必须是文字的列表，请修改。", "wrong_type"))
            return None
    if isinstance(entry.get("when"), str):
        _known(f"{path}.when", When, [entry["when"]], faults)
    _known(f"{path}.addressees", Addressee, told, faults)
    _known(f"{path}.light", Light, [] if entry.get("light") is None else [entry["light"]], faults)
    if len(faults) > before:
        return None
    return Rung(
        code=entry["code"].strip(),
        when=When(entry["when"]),
        what=entry["what"].strip(),
        addressees=tuple(Addressee(one) for one in told),
        working_days=days,
        needs_approval=approval,
        light=None if entry.get("light") is None else Light(entry["light"]),
        rules=None if rules is None else frozenset(rules),
    )


def _known(path: str, words: type[Word], values: Sequence[object], faults: list[Fault]) -> None:
    known = [word.value for word in words]
    faults += [
        Fault(path, f"“{value}”不在可选之列：{'、'.join(known)}。", "unknown_word")
        for value in values
        if value not in known
    ]

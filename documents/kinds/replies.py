"""What a notice asks its reader to answer, and until when, in the words of each form."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import reader, writer
from documents.kinds.sentences import to_be_published
from documents.layout.measures import KAI
from documents.layout.text import body, led
from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, Head
from models.papers.content.wording import day, ordinal


def asked(replies: Sequence[DeadlineLine], head: Head) -> str:
    """Return the paragraphs that say what is to be answered until when; nothing is asked of who is reported to."""
    if head.form is DocumentForm.REPORT:
        return ""
    if head.form is DocumentForm.LETTER:
        return body(_of_a_peer(replies, writer(head))) + body(_counted(replies, head))
    items = _of_a_subordinate(replies, writer(head))
    told = "".join(led(f"（{ordinal(n)}）", text, KAI) for n, text in enumerate(items, 1))
    return told + body(_counted(replies, head))


def _of_a_peer(replies: Sequence[DeadlineLine], ours: str) -> str:
    receipt, plan = _within(replies, "receipt"), _within(replies, "plan")
    told = [f"{receipt}签收"] if receipt else []
    told += [f"{plan}将各项措施的责任人和时间安排函复{ours}"] if plan else []
    first = f"请{'，'.join(told)}；" if told else ""
    same = "请在同一期限内说明" if plan else "请书面说明"
    return (
        f"{first}{_completion(replies)}，请及时函告结果，并附证明材料。"
        f"对问题、措施或者职责分工有不同意见的，{same}，{ours}将共同商研。"
    )


def _of_a_subordinate(replies: Sequence[DeadlineLine], ours: str) -> list[str]:
    receipt, plan = _within(replies, "receipt"), _within(replies, "plan")
    first = [f"{receipt}签收"] if receipt else []
    first += [f"{plan}报送整改方案，明确各项措施的责任人和时间安排"] if plan else []
    return [
        *([f"请{'，'.join(first)}。"] if first else []),
        f"{_completion(replies)}，请及时报送完成情况，附证明材料，{ours}将现场核对。",
        f"对问题、措施或者职责有不同意见的，请{'在报送整改方案的期限内' if plan else ''}书面说明理由；"
        "确需延期的，在期限届满前书面提出。",
    ]


def _completion(replies: Sequence[DeadlineLine]) -> str:
    limit = _within(replies, "completion")
    return f"请{limit}完成各项措施；完成后" if limit else "各项措施完成后"


def _within(replies: Sequence[DeadlineLine], answer: str) -> str:
    """自签收之日起7个工作日内、即2026年5月18日前（含当日）; nothing for a limit that is not set."""
    line = next((one for one in replies if (one.answer or _of_old(one)) == answer), None)
    return until(line) if line is not None else ""


def until(line: DeadlineLine) -> str:
    """自收到本函之日起5个工作日内、即2026年6月22日前（含当日）: a limit as a duration and a date."""
    length = (line.explanation or "").replace("签收文书之日", "签收之日").replace("文书送达之日", "收到之日")
    date = f"{day(line.due)}前（含当日）" if line.due else ""
    return "、即".join(filter(None, (length, date)))


def _of_old(line: DeadlineLine) -> str:
    """What a line is about that was frozen before lines said so."""
    return "receipt" if line.what.startswith("签收") else "plan" if "方案" in line.what else "completion"


def _counted(replies: Sequence[DeadlineLine], head: Head) -> str:
    """That the dates are those of a service on the paper's own day, and what becomes of them otherwise."""
    if not any(line.due for line in replies):
        return ""
    counted = (
        "送达并签收计算；送达、签收在后的，自实际之日起算，未按期签收的，自签收期限届满之日起算。"
        if _within(replies, "receipt")
        else "收到计算；收到在后的，自实际收到之日起算，收到之日以送达回证为准。"
    )
    return f"以上日期按{day(head.dated)}{counted}" + to_be_published(replies)


def advised(replies: Sequence[DeadlineLine], head: Head) -> str:
    """Return what an enterprise is asked to tell, which we cannot demand, and that our figures may be contested."""
    plan = next((one for one in replies if (one.answer or _of_old(one)) == "plan"), None)
    by = f"于{day(plan.due)}前（含当日）" if plan and plan.due else until(plan) if plan else ""
    signed = "请收到后签收，并" if _within(replies, "receipt") else ""
    told = f"{signed}建议{reader(head)}{by or '及时'}将采取的措施告知{writer(head)}。"
    authority = (
        f"上述情况同时抄送{'、'.join(head.copied_to)}，有关部门依法开展的监督检查以其文书为准。"
        if head.copied_to
        else ""
    )
    contested = f"对本函所述情况和数据有不同意见的，请与{writer(head)}联系更正。"
    return body(authority + told + contested + (to_be_published((plan,)) if plan else ""))


def unlimited(head: Head) -> str:
    """Ask whom no limit is set to for an answer in its own way."""
    return body(f"请{reader(head)}将办理情况函告{writer(head)}；对问题、措施或者职责分工有不同意见的，请一并说明。")

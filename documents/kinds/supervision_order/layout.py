"""限期落实督办单: what is late, how that was counted, the new limit and how the order is lifted."""

from __future__ import annotations

from collections.abc import Sequence

from documents.kinds.forms import closing, enclosed, reader
from documents.kinds.sentences import SAME, cell_day, counts, rests_on, sentence, to_be_published
from documents.layout.ending import close, imprint
from documents.layout.head import top
from documents.layout.numbered import document
from documents.layout.package import Sheet
from documents.layout.picture import code, code_media
from documents.layout.table import form, table
from documents.layout.text import body
from models.kernel.vocabulary import DocumentKind
from models.papers.content import DeadlineLine, OverdueMatter, PaperReference, SupervisionOrder
from models.papers.content.wording import NOTHING, accident_name, day, listed, or_nothing, ordinal, places
from models.papers.kinds.supervision_order.content import BEFORE, SILENT

REPLY_SLIP, COUNTED = "督办回执", "日期计算说明"


def _opening(paper: SupervisionOrder) -> str:
    """What is late, since when it was known, and what was found when somebody looked."""
    head = paper.head
    served = f"{day(paper.notice_delivered_on)}送达{reader(head)}" if paper.notice_delivered_on else "已经发出"
    title = paper.notice_title or "整改报告通知书"
    late = len(grouped(_asked(paper)))
    text = f"{accident_name(paper.accident)}有{late}项整改事项逾期。" if late else ""
    text += f"{rests_on(paper.notice_number, paper.notice_dated, title)}{served}，"
    if paper.silence_confirmed_on:
        text += f"{day(paper.silence_confirmed_on)}核实，未收到书面回复。"
    else:
        text += f"截至{day(head.dated)}，下列事项已超过期限。"
    text += _ordered_before(paper)
    by = f"{paper.power}，" if paper.power else ""
    return body(f"{text}{by}现予督办。")


def _before(paper: SupervisionOrder) -> OverdueMatter | None:
    return next((one for one in paper.matters if one.matter == BEFORE), None)


def _asked(paper: SupervisionOrder) -> tuple[OverdueMatter, ...]:
    """What is to be done; that an earlier order asked for it is no further thing, but where nothing else is known."""
    return tuple(one for one in paper.matters if one.matter != BEFORE) or paper.matters


def _ordered_before(paper: SupervisionOrder) -> str:
    """The order before this one with its own date, and which one this is."""
    if paper.ordinal <= 1:
        return ""
    before, number = _before(paper), f"（{paper.previous_number}）" if paper.previous_number else ""
    again = f"这是第{ordinal(paper.ordinal)}次督办"
    if before is None or before.original.due is None:
        return f"{again}{number.replace('（', '（前次为')}。"
    return f"前次督办{number}限{day(before.original.due)}前（含当日）完成，逾期未完成，{again}。"


def matter(entry: OverdueMatter) -> str:
    """What is late, with its place in the notice where that is known."""
    place = entry.measure if entry.measure and entry.measure.isdecimal() else None
    if place is None:
        return entry.matter
    what = entry.original.what
    if what.startswith("完成") and entry.matter.startswith(f"{what}："):
        return f"第{place}项措施：{entry.matter.removeprefix(f'{what}：')}"
    return f"{entry.matter}（整改措施第{place}项）"


def _owed_as_one(one: OverdueMatter) -> bool:
    """Whether this is a plan, which a unit owes for all measures of a notice together."""
    return one.original.what.startswith("报送") and one.measure is not None and one.measure.isdecimal()


def grouped(matters: Sequence[OverdueMatter]) -> list[list[OverdueMatter]]:
    """The matters as the table tells them: one plan that is owed for several measures is one matter."""
    groups: dict[object, list[OverdueMatter]] = {}
    for n, one in enumerate(matters):
        key = (one.original.what, one.original.due, one.done, one.not_done) if _owed_as_one(one) else n
        groups.setdefault(key, []).append(one)
    return [*groups.values()]


def told(group: Sequence[OverdueMatter], asked_by: PaperReference | None = None) -> str:
    """What a group of matters is called; a plan by the numbers of its measures, whose words the notice has.

    A letter, which `asked_by` may be, asks for no plan but for people and dates.
    """
    if not _owed_as_one(group[0]):
        return matter(group[0])
    numbers = f"整改措施{places(sorted(int(one.measure or 0) for one in group))}"
    if asked_by is not None and asked_by.title.endswith("函"):
        return f"函复{numbers}的责任人和时间安排"
    return f"{group[0].original.what}（{numbers}）"


def counted(matters: Sequence[OverdueMatter], groups: Sequence[Sequence[OverdueMatter]]) -> list[DeadlineLine]:
    """The limits of the groups by their places in the table, so that a count names the rows that the reader sees."""
    row_of = {id(one): n for n, group in enumerate(groups, 1) for one in group}
    old = {str(n): row_of[id(one)] for n, one in enumerate(matters, 1) if id(one) in row_of}
    lines = [group[0].original for group in groups]
    return [
        line.model_copy(update={"explanation": f"与第{old.get(same[1], same[1])}项相同"})
        if (same := SAME.fullmatch(line.explanation or ""))
        else line
        for line in lines
    ]


def _matters(paper: SupervisionOrder) -> str:
    groups = grouped(_asked(paper))
    silent = paper.silence_confirmed_on is not None and all(
        (one.done, one.not_done) == (None, SILENT) for group in groups for one in group
    )
    rows = [
        (
            str(n) if len(groups) > 1 else NOTHING,
            told(group),
            cell_day(group[0].original.due) + (f"\n已逾期{group[0].days_late}日" if group[0].days_late else ""),
            or_nothing(group[0].done),
            NOTHING if silent else or_nothing(group[0].not_done),
        )
        for n, group in enumerate(groups, 1)
    ]
    return table(("序号", "督办事项", "原定日期", "已完成", "未完成"), rows, (640, 2764, 1400, 1940, 2100))


def _new_limit(paper: SupervisionOrder) -> str:
    """The new date, what closes the order, the way out, and what follows."""
    line = paper.new_limit
    length = (line.explanation or "").replace("督办单送达之日", "本件送达之日").rstrip("。")
    until = f"{day(line.due)}前（含当日）" if line.due else ""
    when = "、即".join(filter(None, (length, until)))
    how = "".join(sentence(one) for one in paper.lifting)
    then = "".join(sentence(one) for one in paper.consequences)
    hard = "有特殊困难的，请在上述期限内书面说明原因、已完成部分和拟完成日期。"
    text = f"请{when}完成上述督办事项。{how}{hard}{then}"
    later = "日期按本件印发当日送达计算，送达在后的自实际送达之日起算。" if line.due else ""
    return body(text) + body(later + to_be_published((line,)))


def _counts(paper: SupervisionOrder) -> str:
    """How the dates came about: of what is late, of the order before, and of this one."""
    before = _before(paper)
    further = []
    if before is not None and before not in _asked(paper) and before.original.explanation:
        further.append(("前次督办", before.original.explanation))
    if paper.new_count:
        further.append(("本次督办", paper.new_count))
    return counts(counted(paper.matters, grouped(_asked(paper))), further)


def _slip(paper: SupervisionOrder) -> str:
    head = paper.head
    return form(
        (
            ("督办单文号", or_nothing(head.number), 1),
            ("回执单位", listed(head.recipients), 1),
            ("督办期限", day(paper.new_limit.due), 1),
            ("落实情况", "", 4),
            ("证明材料清单", "", 2),
            ("未完成的理由", "", 2),
            ("负责人签字\n（单位盖章）", "", 2),
            ("联系人及电话", "", 1),
            ("回执日期", "", 1),
        )
    )


def build(paper: SupervisionOrder) -> Sheet:
    """Lay out the order."""
    head = paper.head
    text = _opening(paper) + _matters(paper) + _new_limit(paper) + body(closing(head))
    titles, pages = enclosed(
        (COUNTED, _counts(paper)),
        (REPLY_SLIP, _slip(paper) + (code() if paper.url else "")),
        others=paper.attachments,
    )
    whole = top(head) + close(text, head, titles) + pages + imprint(head)
    return document(head, whole, DocumentKind.SUPERVISION_ORDER, code_media(paper.url) if paper.url else ())

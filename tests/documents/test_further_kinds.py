"""What the papers say that accompany the five."""

from __future__ import annotations

import re
from datetime import date

import pytest
from pydantic import ValidationError

from documents import render
from models.kernel.errors import Invalid
from models.kernel.vocabulary import DeliveryMode, DocumentForm, DocumentKind
from models.papers.content import DeadlineLine, Paper, PaperReference, excerpt_of
from models.papers.kinds.reminder.content import Reminder
from tests.documents import further_samples as further
from tests.documents import samples
from tests.documents.anatomy import Docx
from tests.documents.kinds.late_report import late_report, report_of_one_unit
from tests.documents.kinds.reminder import papers as reminders
from tests.documents.test_kinds import in_order


def text(paper: Paper) -> str:
    return Docx(render(paper)).text()


def test_there_is_a_sample_of_every_kind_of_paper() -> None:
    assert {paper.kind for paper in samples.papers().values()} == {kind.value for kind in DocumentKind}


@pytest.mark.parametrize(
    ("form", "words", "closing"),
    [
        (DocumentForm.NOTICE, "现将有关情况通知如下，请你公司立即采取措施", "请认真贯彻落实。"),
        (DocumentForm.LETTER, "现将有关情况函告如下，请你中心立即采取措施", "请予支持并函复。"),
        (DocumentForm.REPORT, "现将有关情况报告如下，建议先行采取措施", "特此报告。"),
    ],
)
def test_an_advance_notice_tells_the_hazard_and_that_the_report_follows(
    form: DocumentForm, words: str, closing: str
) -> None:
    assert in_order(
        text(further.advance_notice(form)),
        "随时可能再次发生",
        words,
        "一、需要立即消除的隐患",
        "中央护栏防护等级不足",
        "增设急弯警告标志",
        "临时管控措施",
        closing,
    )
    assert "收文回执" not in text(further.advance_notice(form))  # the proof of service is the receipt


def test_a_correction_sets_right_beside_wrong_and_states_every_clock() -> None:
    assert in_order(
        text(further.correction()),
        "我支队于2026年4月8日送达你中心的《关于落实",
        "江公交调〔2026〕12号，2026年4月8日",
        "给你中心工作带来的不便，谨致歉意",
        "误写",
        "K12+300米处",
        "K13+200米处",
        "其他内容不变",
        "2026年\n5月8日",
        "期限调整",
        "2026年\n5月18日",
        "期限不变",
        "措施1完成整改：",
        "重新给足30日",
    )
    assert "各项期限不变，继续计算" in text(further.correction(clocks=()))


def test_a_correction_without_a_corrected_passage_is_none() -> None:
    with pytest.raises(ValidationError):
        further.correction(passages=())


def test_a_withdrawal_says_from_when_on_and_what_takes_its_place() -> None:
    said = text(further.withdrawal())
    assert in_order(
        said, "现予撤销，自本文书送达之日起不再执行", "已于2025年12月转让", "不另行发文代替", "不再计算期限"
    )
    assert "由《关于落实" in text(further.withdrawal(replaced_by=further.NOTICE))


def test_a_transfer_lists_clues_and_materials_with_a_receipt_and_judges_nothing() -> None:
    said = text(further.clue_transfer())
    assert in_order(
        said,
        "依据《中华人民共和国监察法》第三十七条，经江城市公安局党委批准（江公党纪〔2026〕5号），现将",
        "李某某（江城市公路管理中心养护科科长）",
        "线索来源：",
        "不是对责任的认定，也不提出处理意见",
        "专此函达。",
        "移送材料清单",
        "原件",
        "移送人：郑某某、冯某某。",
        "问题线索移送回执",
        "线索2条，材料3件",
    )
    assert not re.search("记过|撤职|罚款|拘留|处分|构成", said)


def test_a_summons_says_when_where_over_what_and_who_must_come() -> None:
    assert in_order(
        text(further.talk_notice()),
        "江道安督〔2026〕2号",
        "于2026年5月12日送达，限2026年5月26日前（含当日）完成",
        "现决定对你中心进行约谈",
        "2026年6月18日15时",
        "第一会议室",
        "主要负责人、分管负责人",
        "施工合同",
        "约谈前已经完成的",
    )


def test_minutes_name_no_recipient_and_end_with_promises_and_signatures() -> None:
    paper = Docx(render(further.talk_minutes()))
    assert paper.paragraphs("GWRecipient") == []
    assert in_order(
        paper.text(),
        "约谈指出的问题",
        "被约谈单位的说明",
        "完成急弯警告标志和减速标线施工",
        "2026年\n7月3日",
        "约谈方出席：",
        "请假：",
        "约谈双方签字页",
        "对纪要的意见",
    )


def test_an_excerpt_holds_its_readers_measures_and_nothing_else_of_the_report() -> None:
    report = samples.report()
    head = further.excerpt().head
    other = excerpt_of(report, "江城市公安局交通警察支队东湖大队", head)
    said = text(other)
    assert in_order(said, "摘录", "江公交调〔2026〕9号，2026年4月2日", "（一）", "配合", "牵头：江城市公路管理中心")
    for hidden in ("张某某", "疲劳驾驶", "李某某", "37次", "证4", "对东环大道全线", "孙某喆", "应尽职责"):
        assert hidden not in said


def test_who_has_no_measure_in_a_report_gets_no_excerpt() -> None:
    with pytest.raises(Invalid, match="没有由“江城市某检测有限公司”负责的整改措施"):
        excerpt_of(samples.report(), "江城市某检测有限公司", further.excerpt().head)


def test_a_proof_of_service_ticks_one_mode_and_asks_for_a_witness_only_where_a_paper_was_left() -> None:
    direct, left, blank = (
        text(further.proof_of_service(mode=mode)) for mode in (DeliveryMode.DIRECT, DeliveryMode.LEFT, None)
    )
    assert "☑直接送达" in direct
    assert "□留置送达" in direct
    assert "见证人签名" not in direct
    assert "邮件或交换号" not in direct
    assert "见证人签名" in left
    assert "☑" not in blank
    assert "见证人签名" in blank
    assert "邮件或交换号" in blank


def test_a_report_of_lateness_tells_all_units_asks_for_nothing_and_names_no_light_count_or_rank() -> None:
    said = text(late_report())
    assert in_order(
        said,
        "截至2026年5月20日，2个单位的2项整改事项逾期",
        "江城市某运输公司已反馈部分工作情况，对其支持表示感谢",
        "现报告如下",
        "一、逾期事项",
        "江城市公路管理中心",
        "2026年5月14日发催办函（江公催〔2026〕1号）",
        "第4项措施：统筹安排事故路段中央护栏改造资金",
        "未收到书面回复",
        "已清查12处",
        "二、未设期限的建议",
        "不列入逾期统计",
        "江城市人民政府",
        "三、日期的计算",
        "第1项（完成整改）。自送达之日起30日",
        "四、下一步工作",
        "特此报告。",
    )
    assert not any(word in said for word in ("预警", "红灯", "黄灯", "排名", "通报", "督办", "请领导"))


def test_a_report_of_lateness_says_once_of_a_unit_what_is_the_same_for_all_that_it_owes() -> None:
    report = late_report()
    first, second = report.late
    (matter,) = first.matters
    plan = DeadlineLine(what="报送整改方案", due=date(2026, 4, 30))
    plans = tuple(
        matter.model_copy(update={"matter": f"报送整改方案：第{n}件事", "measure": n, "original": plan}) for n in "12"
    )
    said = text(late_report(late=(first.model_copy(update={"matters": (*plans, matter)}), second)))
    assert in_order(
        said,
        "2个单位的3项整改事项",
        "（一）江城市公路管理中心",
        "下列事项均未收到书面回复",
        "函复整改措施第1、2项的责任人和时间安排",
    )
    assert said.partition("（二）江城市某运输公司")[0].count("未收到书面回复") == 1
    assert said.count("江公整〔2026〕3号") == 2


def test_a_report_on_advice_alone_counts_nobody_late() -> None:
    said = text(late_report(late=()))
    assert in_order(said, "有关单位尚未反馈对整改建议的研究情况", "一、未设期限的建议", "江城市人民政府")
    assert [word for word in ("整改事项逾期", "日期的计算", "原定日期") if word in said] == []


def test_a_report_by_an_earlier_version_tells_of_its_one_unit() -> None:
    said = text(report_of_one_unit())
    assert in_order(
        said,
        "关于江城市公路管理中心落实",
        "已于2026年4月9日送达",
        "现报告如下",
        "统筹安排事故路段中央护栏改造资金",
        "未收到书面回复",
        "自送达之日起30日",
        "三、下一步工作",
        "继续与江城市公路管理中心联系",
        "特此报告。",
    )


def test_what_a_superior_was_advised_was_told_without_the_limits_that_it_was_never_set() -> None:
    matter = report_of_one_unit().matters[0]
    advised = matter.model_copy(update={"original": DeadlineLine(what="完成整改措施"), "measure": None})
    said = text(report_of_one_unit(unit="江城市人民政府", limited=False, matters=(advised,)))
    assert in_order(said, "报送江城市人民政府", "一、尚未收到反馈的建议", "建议措施", "反馈情况", "二、下一步工作")
    assert [word for word in ("期限", "逾期", "30日") if word in said] == []


def test_a_report_of_lateness_by_an_earlier_version_still_says_what_it_said() -> None:
    said = text(report_of_one_unit(proposals=("请领导以适当方式商请推进落实",), next_steps=()))
    assert in_order(said, "三、建议", "请领导以适当方式商请推进落实", "特此报告。")


def test_the_report_tells_which_measures_were_told_in_advance() -> None:
    told = samples.MEASURES[0].model_copy(update={"notified": "2026年3月17日以江公交先〔2026〕1号先行通知"})
    said = text(samples.report().model_copy(update={"measures": (told, *samples.MEASURES[1:])}))
    assert said.count("（已于2026年3月17日以江公交先〔2026〕1号先行通知）") == 1


def test_a_second_reminder_tells_of_the_first_and_lists_what_is_open() -> None:
    first = reminders()["reminder"]
    assert isinstance(first, Reminder)
    assert "下列事项的办理情况：第4项措施：统筹安排事故路段中央护栏改造资金，原定2026年5月11日前（含当日）" in text(
        first
    )
    [open_one] = first.matters
    plan = DeadlineLine(what="报送整改方案", due=date(2026, 4, 30))
    plans = tuple(
        open_one.model_copy(update={"matter": f"报送整改方案：第{n}件事", "measure": n, "original": plan})
        for n in "123"
    )
    sent = PaperReference(title="关于商请函复的函", number="江公交催〔2026〕1号", dated=date(2026, 5, 6))
    again = first.model_copy(update={"matters": (*plans, open_one), "reminded": (sent,)})
    assert in_order(
        text(again),
        "我支队2026年5月6日去函催办（江公交催〔2026〕1号）",
        "我支队尚未收到下列2个事项的办理情况",
        "函复整改措施第1项至第3项的责任人和时间安排",
        "2026年\n4月30日",
        "我支队将及时研究",
    )

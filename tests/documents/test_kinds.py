"""What each of the five papers says."""

from __future__ import annotations

import re
from datetime import date

import pytest

from documents import render
from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper
from models.papers.kinds.supervision_order.content import BEFORE, SILENT
from tests.documents import samples
from tests.documents.anatomy import Docx, W, text_of


def text(paper: Paper) -> str:
    return Docx(render(paper)).text()


def in_order(whole: str, *parts: str) -> bool:
    at = -1
    for part in parts:
        at = whole.find(part, at + 1)
        if at < 0:
            return False
    return True


def test_a_report_tells_facts_course_causes_duties_and_measures_in_order() -> None:
    said = text(samples.report())
    assert in_order(
        said,
        "2026年3月15日14时32分许",
        "3人死亡、2人重伤、3人轻伤，直接经济损失386.24万元",
        "依据《道路交通事故处理程序规定》",
        "一、基本情况",
        "江A****1",
        "二、事故经过和应急处置",
        "三、事故原因",
        "（一）直接原因",
        "连续驾驶超过5小时",
        "（二）间接原因和存在的问题",
        "江城市公路管理中心：",
        "四、责任分析",
        "五、整改措施",
        "特此报告。",
        "附件：1. 调查组成员签名表",
        "证据目录",
    )
    assert "证据：证4、证5" in said


def test_the_duty_part_of_a_report_names_no_penalty() -> None:
    said = text(samples.report())
    part = said[said.index("四、责任分析") : said.index("五、整改措施")]
    assert "不提出处理意见" in part
    assert not re.search("警告|记过|撤职|罚款|拘留|处分", part)


def test_a_short_report_keeps_the_order_with_fewer_tables() -> None:
    long, short = Docx(render(samples.report())), Docx(render(samples.report(short=True)))
    assert in_order(short.text(), "一、基本情况", "二、", "三、", "四、责任分析", "五、整改措施")
    assert len(list(short.body.iter(W + "tbl"))) < len(list(long.body.iter(W + "tbl")))


def test_organisations_of_which_nothing_is_said_share_a_paragraph() -> None:
    plain = [o.model_copy(update={"description": None}) for o in samples.report().organisations]
    assert "相关单位有江城市某运输有限公司、江城市公路管理中心。" in text(samples.report(organisations=tuple(plain)))


@pytest.mark.parametrize(
    ("form", "words", "closing"),
    [
        (
            DocumentForm.NOTICE,
            ("现将涉及你公司的问题和整改措施通知如下", "一、问题", "二、措施", "三、报送和核对"),
            "请认真贯彻落实。",
        ),
        (
            DocumentForm.LETTER,
            ("现将属于你中心职责范围的问题和建议措施函告如下", "一、问题", "二、建议措施", "三、请予函复的事项"),
            "请予支持并函复。",
        ),
        (
            DocumentForm.REPORT,
            (
                "现将“3·15”较大道路交通事故调查中发现的问题和建议报告如下",
                "一、事故基本情况",
                "二、存在的问题",
                "三、建议措施",
            ),
            "特此报告。",
        ),
    ],
)
def test_a_notice_speaks_by_its_form(form: DocumentForm, words: tuple[str, ...], closing: str) -> None:
    said = text(samples.notice(form))
    assert in_order(said, *words, closing)
    assert ("、即2026年4月22日前（含当日）" in said) is (form is not DocumentForm.REPORT)


def test_a_letter_to_an_enterprise_advises_quotes_its_own_duty_and_orders_nothing() -> None:
    paper = samples.notice(DocumentForm.LETTER)
    head = paper.head.model_copy(update={"recipients": ("江城市某运输有限公司",), "copied_to": ("江城市交通运输局",)})
    law = "《中华人民共和国安全生产法》"
    duties = (f"{law}第四条第一款规定，建立健全责任制", f"{law}第二十八条第一款规定，对从业人员进行教育和培训")
    said = text(paper.model_copy(update={"head": head, "advisory": True, "duties": duties, "answer_code": None}))
    assert in_order(
        said,
        "调查查明的与你公司有关的情况如下",
        f"{law}第四条第一款规定，建立健全责任制；第二十八条第一款规定，对从业人员进行教育和培训。",
        "为防范同类事故，现提示如下",
        "1. ",
        "，建议于",
        "同时抄送江城市交通运输局",
        "建议你公司于2026年4月22日前（含当日）将采取的措施告知我支队",
        "不同意见的，请与我支队联系更正",
    )
    assert [word for word in ("应于", "整改措施通知", "特此通知", "督办", "逾期") if word in said] == []


def test_a_notice_names_the_power_under_which_it_is_written_before_it_asks() -> None:
    told = text(samples.notice(DocumentForm.LETTER))
    assert in_order(told, "造成", "第二十九条、第一百一十二条第二项的规定", "现将属于")
    upward = text(samples.notice(DocumentForm.REPORT))
    assert in_order(upward, "人民政府：", "第二十九条第二款规定", "报告如下", "一、事故基本情况")
    bare = text(samples.notice(investigated=None))
    assert "公安机关交通管理部门开展了深度调查" in bare
    assert "依照" not in bare.partition("一、问题")[0]


def test_a_report_upward_asks_for_no_answer_no_form_and_no_code() -> None:
    paper = samples.notice(DocumentForm.REPORT)
    said = text(paper.model_copy(update={"answer_code": "4Q7M-2X9K", "url": "https://shencha.example.org/n/1b7d4c2a"}))
    assert in_order(said, "三、建议措施", "建议完成日期", "特此报告。")
    assert [word for word in ("反馈", "贵单位", "答复码", "二维码", "附件") if word in said] == []


def test_a_letter_that_sets_no_limit_asks_for_a_letter_and_encloses_no_form() -> None:
    paper = samples.notice(DocumentForm.LETTER).model_copy(update={"replies": (), "answer_code": "4Q7M-2X9K"})
    said = text(paper)
    assert in_order(said, "三、请予函复的事项", "请你中心将办理情况函告我支队", "请予支持并函复。")
    assert [word for word in ("整改反馈表", "答复码", "同一期限", "附件") if word in said] == []


def test_a_notice_tells_what_by_when_how_proved_and_how_to_reply() -> None:
    said = text(samples.notice())
    assert in_order(
        said, "增设急弯警告标志", "配合：", "李某某", "竣工照片和验收记录", "阶段目标：完成全线排查并形成清单"
    )
    assert "请自收到之日起3个工作日内、即2026年4月13日前（含当日）签收，自签收之日起7个工作日内、即" in said
    assert "以上日期按2026年4月8日送达并签收计算；送达、签收在后的，自实际之日起算" in said
    assert "参考值" not in said
    assert "答复码4Q7M-2X9K" in said
    assert in_order(said, "附件", "整改反馈表", "职责争议", "负责人签字")


def test_the_answer_code_is_not_in_the_picture_that_opens_the_notice() -> None:
    paper = samples.notice()
    assert paper.url is not None
    assert paper.answer_code is not None
    assert paper.answer_code not in paper.url
    changed = samples.notice(answer_code="0000-0000")
    pictures = [Docx(render(p)).parts["word/media/image1.png"] for p in (paper, changed)]
    assert pictures[0] == pictures[1]


def test_a_proposal_says_in_so_many_words_that_it_is_one_and_names_no_penalty() -> None:
    said = text(samples.proposal())
    assert in_order(
        said,
        "建议对有关履职情况启动倒查问责",
        "一、江城市公路管理中心",
        "（一）职责和依据。对管养公路的安全设施定期巡查",
        "依据是公路养护管理有关规定",
        "（二）未履行情况。发现隐患后5个月未处置",
        "（三）有关情况。2025年10月巡查记录已载明",
        "（四）证据。证2、证3",
        "二、王某某（江城市某运输有限公司安全总监）",
        "三、建议",
        "依规依纪依法处理",
        "不对任何单位和个人作出责任结论，也不提出处分、处罚的种类和幅度",
        "张某某已由司法机关依法处理",
        "可以告知的，请书面告知我支队",
    )
    assert not re.search("警告处分|记过|撤职|开除|罚款|拘留|免职", said)


def test_what_two_subjects_have_in_common_is_told_once_and_nothing_is_lost() -> None:
    first = samples.proposal().subjects[0]
    shared, own = "路段护栏损毁后三个月未修复，也未设置警示。", "巡查记录与现场不符。"
    subjects = (
        first.model_copy(update={"not_done": shared, "facts": shared}),
        first.model_copy(
            update={"subject": "江城市某养护站", "not_done": f"{shared}{own}", "facts": f"{shared}已申请经费。"}
        ),
        first.model_copy(update={"subject": "江城市某施工单位", "not_done": shared, "facts": None}),
    )
    said = text(samples.proposal().model_copy(update={"subjects": subjects}))
    assert said.count(shared) == 1
    assert in_order(said, shared, f"与第一部分所列情况部分相同。{own}", "已申请经费。", "与第一部分所列情况相同。")


def test_an_order_explains_the_old_and_the_new_limit() -> None:
    said = text(samples.order())
    assert in_order(
        said,
        "有1项整改事项逾期",
        "截至2026年5月12日，下列事项已超过期限",
        "第二次督办（前次为江道安督〔2026〕1号）",
        "现予督办",
        "已逾期4日",
        "急弯警告标志和减速标线均未施工",
        "、即2026年5月26日前（含当日）完成上述督办事项",
        "经核对合格后办结",
        "有特殊困难的",
        "将约谈有关负责人",
        "日期计算说明",
        "届满之日为2026年5月8日",
        "督办回执",
    )
    assert "次督办（" not in text(samples.order(ordinal=1))


def test_an_order_after_an_order_asks_once_and_counts_three_dates() -> None:
    (one,) = samples.order().matters
    silent = one.model_copy(update={"done": None, "not_done": SILENT})
    counted = one.original.model_copy(
        update={"what": "落实督办事项", "due": date(2026, 5, 6), "explanation": "期限：10个工作日"}
    )
    before = silent.model_copy(update={"matter": BEFORE, "measure": None, "original": counted})
    again = samples.order(
        matters=(silent, before), silence_confirmed_on=date(2026, 5, 11), new_count="期限：10个工作日，自送达次日起"
    )
    said = text(again)
    assert in_order(
        said,
        "有1项整改事项逾期",
        "2026年5月11日核实，未收到书面回复",
        "前次督办（江道安督〔2026〕1号）限2026年5月6日前（含当日）完成，逾期未完成，这是第二次督办",
        "（一）完成整改。",
        "（二）前次督办。期限：10个工作日",
        "（三）本次督办。期限：10个工作日，自送达次日起",
    )
    assert BEFORE not in said
    assert said.count(SILENT) == 1
    assert BEFORE in text(samples.order(matters=(before,)))


def test_an_order_tells_one_plan_that_is_owed_for_several_measures_as_one_matter() -> None:
    (one,) = samples.order().matters
    owed = one.original.model_copy(update={"what": "报送整改方案"})
    several = tuple(
        one.model_copy(
            update={
                "matter": f"报送整改方案：第{n}件事",
                "measure": n,
                "original": owed,
                "done": None,
                "not_done": "未收到",
            }
        )
        for n in ("1", "2", "3")
    )
    said = text(samples.order(matters=several))
    assert "有1项整改事项逾期" in said
    assert "报送整改方案（整改措施第1项至第3项）" in said
    assert "第2件事" not in said


def test_an_order_counts_its_dates_under_the_numbers_of_its_table() -> None:
    (one,) = samples.order().matters
    plan = one.original.model_copy(update={"what": "报送整改方案", "explanation": "期限：7个工作日"})
    same = plan.model_copy(update={"explanation": "与第1项相同"})
    order = one.original.model_copy(update={"what": "落实督办事项", "explanation": "期限：10个工作日"})
    plans = (one.model_copy(update={"measure": n, "original": line}) for n, line in (("1", plan), ("2", same)))
    said = text(samples.order(matters=(*plans, one.model_copy(update={"measure": None, "original": order}))))
    assert in_order(
        said, "有2项整改事项逾期", "第1项（报送整改方案）。期限：7个工作日", "第2项（落实督办事项）。期限：10个工作日"
    )
    assert "第3项" not in said


def test_a_volume_tells_all_that_happened_and_what_did_not_apply() -> None:
    said = text(samples.volume())
    assert in_order(
        said,
        "监管回溯档案",
        "J099-2026-Y-0001-003",
        "永久",
        "案卷首页",
        "一、事故概况",
        "二、措施办理结果",
        "增设急弯警告标志和减速标线（第1项）",
        "三、办理经过",
        "关于落实“3·15”较大道路交通事故整改措施的函（第2件）",
        "四、怎样阅读本卷",
        "卷内文件目录",
        "责任者",
        "江公交调",
        "一、送达和签收",
        "直接送达",
        "代录",
        "二、反馈和研判",
        "认可",
        "三、现场复查",
        "四、措施办结",
        "已完成",
        "五、事件记录",
        "事件记录共48条",
        "六、电子文件清单",
        "卷内备考表",
        "倒查问责建议书：不适用。理由：未发现公职人员不履行职责的情形。",
        "褚某某",
    )


def test_pages_that_nobody_counted_are_struck_in_the_catalogue() -> None:
    table = [t for t in Docx(render(samples.volume())).top() if t.tag == W + "tbl"][3]
    pages = [[text_of(c) for c in row.iter(W + "tc")][5] for row in table.iter(W + "tr")]
    assert pages == ["页数", "9", "5", "—"]


def test_a_volume_names_a_paper_of_a_list_on_its_first_page_by_its_place_only() -> None:
    volume = samples.volume()
    hidden = tuple(item.model_copy(update={"remark": "限定名单查阅"}) for item in volume.items[1:2])
    said = text(volume.model_copy(update={"items": (*volume.items[:1], *hidden)}))
    first = said[: said.index("卷内文件目录\n")]
    assert "限定名单查阅的文书（第2件）" in first
    assert volume.items[1].title not in first

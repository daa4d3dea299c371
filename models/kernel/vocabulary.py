"""The field's words: each value's name in code beside its Chinese on screens and paper (`label`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A closed list of terms; the value is stored, the label is shown."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class Grade(Word):
    """事故等级, 国务院令493号 art. 3, worst first."""

    EXCEPTIONAL = "exceptional", "特别重大"
    MAJOR = "major", "重大"
    LARGE = "large", "较大"
    ORDINARY = "ordinary", "一般"


class Trigger(Word):
    """Why a case exists."""

    STATUTORY = "statutory", "法定应查"
    SCOPE = "scope", "属本单位调查范围"
    DISCRETIONARY = "discretionary", "酌定开展"


class Scope(Word):
    """Which accidents the unit investigates by its own decision."""

    EVERY = "every", "每一起"
    INJURY = "injury", "有人员伤亡"
    FATAL = "fatal", "有人员死亡"
    STATUTORY = "statutory", "法定应查"


class Stage(Word):
    """Where a case stands."""

    FILED = "filed", "立案"
    INVESTIGATING = "investigating", "调查"
    REVIEWING = "reviewing", "审批"
    RECTIFYING = "rectifying", "整改"
    ARCHIVED = "archived", "归档"
    DISCONTINUED = "discontinued", "终止"


class Aspect(Word):
    """What a finding is about."""

    PERSON = "person", "人"
    VEHICLE = "vehicle", "车"
    ROAD = "road", "路"
    ENVIRONMENT = "environment", "环境"
    MANAGEMENT = "management", "管理"


class FindingLevel(Word):
    """How a finding bears on the accident."""

    DIRECT = "direct", "直接原因"
    INDIRECT = "indirect", "间接原因"


class DocumentKind(Word):
    """What a paper is: first the five documents of the 五个一 mechanism in their order, then the papers around them."""

    ANALYSIS_REPORT = "analysis_report", "调查分析报告书"
    RECTIFICATION_NOTICE = "rectification_notice", "整改报告通知书"
    ACCOUNTABILITY_PROPOSAL = "accountability_proposal", "倒查问责建议书"
    SUPERVISION_ORDER = "supervision_order", "限期落实督办单"
    TRACEBACK_ARCHIVE = "traceback_archive", "监管回溯档案"
    ADVANCE_NOTICE = "advance_notice", "先行整改通知"
    CORRECTION = "correction", "更正通知"
    WITHDRAWAL = "withdrawal", "撤销通知"
    CLUE_TRANSFER = "clue_transfer", "问题线索移送函"
    TALK_NOTICE = "talk_notice", "约谈通知"
    TALK_MINUTES = "talk_minutes", "约谈纪要"
    EXCERPT = "excerpt", "调查分析报告摘录"
    PROOF_OF_SERVICE = "proof_of_service", "送达回证"
    LATE_REPORT = "late_report", "逾期情况报告"
    REMINDER = "reminder", "催办函"
    REQUEST_FOR_INSTRUCTIONS = "request_for_instructions", "请示"
    REFERRAL_LETTER = "referral_letter", "商请督促函"
    COMPEL_DECISION = "compel_decision", "责令限期消除安全隐患决定书"
    CIRCULAR = "circular", "通报"
    OPINION = "opinion", "意见"
    FACT_INQUIRY = "fact_inquiry", "问询函"

    @property
    def one_of_five(self) -> bool:
        """Whether a case's progress and its archiving count this paper; the others accompany the five."""
        return self in FIVE_DOCUMENTS


FIVE_DOCUMENTS = tuple(DocumentKind)[:5]
"""五个一: the documents that every deep investigation owes, in their order."""


class ClockEffect(Word):
    """What a correction or withdrawal does to a clock that the wrong paper started."""

    UNCHANGED = "unchanged", "期限不变"
    CHANGED = "changed", "期限调整"
    RESTARTED = "restarted", "期限重新起算"
    ENDED = "ended", "不再计算期限"


class DocumentForm(Word):
    """文种: upward a report, to a peer a letter, downward a notice."""

    REPORT = "report", "报告"
    LETTER = "letter", "函"
    NOTICE = "notice", "通知"
    REQUEST = "request", "请示"
    CIRCULAR = "circular", "通报"
    DECISION = "decision", "决定书"
    OPINION = "opinion", "意见"


class DocumentStatus(Word):
    """The life of a paper."""

    DRAFT = "draft", "拟稿"
    IN_REVIEW = "in_review", "核稿"
    COUNTERSIGNING = "countersigning", "会签"
    SIGNING = "signing", "待签发"
    RETURNED = "returned", "退回修改"
    ISSUED = "issued", "已签发"
    SEALED = "sealed", "已用印"
    DELIVERED = "delivered", "已送达"
    VOID = "void", "作废"


class Urgency(Word):
    """紧急程度: how soon a paper must be dealt with; it stands at the top of its first page (GB/T 9704 art. 7.2.3)."""

    EXTRA_URGENT = "extra_urgent", "特急"
    URGENT = "urgent", "加急"


class Publicity(Word):
    """公开属性: whether a paper is published; printed only where the table of manners says which it is."""

    OPEN = "open", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不予公开"
    UNPRINTED = "unprinted", "不标注"


class SealMode(Word):
    """How a signed paper gets its seal; `none` lets it leave at once."""

    PAPER = "paper", "纸质用印"
    ELECTRONIC = "electronic", "电子印章"
    NONE = "none", "不用印"


class SeriesMode(Word):
    """Where the numbers of a series come from."""

    OWN = "own", "本系统编号"
    EXTERNAL = "external", "单位发文登记簿编号"


class RenditionForm(Word):
    """One file of a paper."""

    FINAL_DOCX = "final_docx", "正式文件（docx）"
    PDF = "pdf", "PDF 副本"
    SEALED_SCAN = "sealed_scan", "用印扫描件"
    SEALED_PDF = "sealed_pdf", "电子签章 PDF"
    PROOF_OF_SERVICE = "proof_of_service", "送达回证扫描件"
    WRITTEN_DECISION = "written_decision", "批示扫描件"
    SUPERIOR_DECISION = "superior_decision", "批复或者决定扫描件"


class Relation(Word):
    """How a recipient stands to the issuer."""

    SUPERIOR = "superior", "上级"
    PEER = "peer", "平级"
    SUBORDINATE = "subordinate", "下级"
    NOT_SUBORDINATE = "not_subordinate", "不相隶属"


class OrganisationKind(Word):
    """What a unit is."""

    POLICE = "police", "公安机关"
    GOVERNMENT = "government", "人民政府"
    PARTY_COMMITTEE = "party_committee", "党委"
    SAFETY_COMMISSION = "safety_commission", "道路交通安全委员会"
    TRANSPORT = "transport", "交通运输部门"
    ROAD_AUTHORITY = "road_authority", "公路管理部门"
    EMERGENCY_MANAGEMENT = "emergency_management", "应急管理部门"
    MARKET_SUPERVISION = "market_supervision", "市场监管部门"
    AGRICULTURE = "agriculture", "农业农村部门"
    EDUCATION = "education", "教育部门"
    URBAN_MANAGEMENT = "urban_management", "城市管理部门"
    HOUSING = "housing", "住房城乡建设部门"
    HEALTH = "health", "卫生健康部门"
    TRADE_UNION = "trade_union", "工会"
    DISCIPLINE_INSPECTION = "discipline_inspection", "纪检监察机关"
    PROCURATORATE = "procuratorate", "检察机关"
    COURT = "court", "人民法院"
    INSPECTION_AGENCY = "inspection_agency", "检验检测机构"
    ENTERPRISE = "enterprise", "企业"
    OTHER = "other", "其他单位"


class Level(Word):
    """层级: how high a unit stands, the highest first. `undetermined`: a person looked and could not tell."""

    NATION = "nation", "国家"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"
    UNDETERMINED = "undetermined", "无法确认"

    @property
    def rank(self) -> int:
        """Return the place from above, 0 for the nation; what could not be determined is counted as above all."""
        return -1 if self is Level.UNDETERMINED else list(Level).index(self)


class Line(Word):
    """系统（条线）: the line of authority that a unit belongs to."""

    PUBLIC_SECURITY = "public_security", "公安"
    GOVERNMENT = "government", "政府"
    PARTY = "party", "党委"
    ROAD_SAFETY = "road_safety", "道路交通安全委员会"
    TRANSPORT = "transport", "交通运输"
    EMERGENCY_MANAGEMENT = "emergency_management", "应急管理"
    MARKET_SUPERVISION = "market_supervision", "市场监管"
    AGRICULTURE = "agriculture", "农业农村"
    EDUCATION = "education", "教育"
    URBAN_MANAGEMENT = "urban_management", "城市管理"
    HOUSING = "housing", "住房城乡建设"
    HEALTH = "health", "卫生健康"
    TRADE_UNION = "trade_union", "工会"
    DISCIPLINE = "discipline", "纪检监察"
    PROCURATORATE = "procuratorate", "检察"
    COURT = "court", "法院"
    TRADE = "trade", "企业和检验检测机构"
    OTHER = "other", "其他系统"


class Standing(Word):
    """机构性质: whether a unit is an organ of its own, or works inside or for another one."""

    ORGAN = "organ", "机关"
    TRAFFIC_POLICE = "traffic_police", "公安机关交通管理部门"
    COMMISSION_OFFICE = "commission_office", "道路交通安全委员会办公室"


class Purpose(Word):
    """行文目的: what a paper wants of its recipient."""

    REPORT = "report", "报告"
    REQUEST = "request", "请示"
    ADVISE = "advise", "提出整改措施"
    URGENT = "urgent", "通知先行整改"
    INFORM = "inform", "告知"
    REMIND = "remind", "催办"
    ORDER = "order", "督办"
    COMPEL = "compel", "责令限期消除隐患"
    SUMMON = "summon", "约谈"
    CIRCULATE = "circulate", "通报"
    PROPOSE = "propose", "提出倒查问责建议"
    CLUE = "clue", "移送问题线索"
    PUBLIC_INTEREST = "public_interest", "移送公益诉讼线索"
    ADJUDICATE = "adjudicate", "提请裁定职责争议"


class AuthorityKind(Word):
    """行文凭据: a recorded paper on which it rests that a paper may go a way that would else be closed."""

    CONSENT = "consent", "人民政府同意"
    AUTHORISATION = "authorisation", "授权"
    DELEGATION = "delegation", "委托"
    INDEPENDENT = "independent", "独立行文资格"
    COMMISSION_RULE = "commission_rule", "道路交通安全委员会规则"
    APPROVAL = "approval", "批准"
    PARTY_APPROVAL = "party_approval", "公安局党委批准"


class Rhythm(Word):
    """通报周期: how often the commission's office tells in a circular how measures were carried out."""

    NEVER = "never", "不定期通报"
    MONTH = "month", "月度"
    QUARTER = "quarter", "季度"
    HALF_YEAR = "half_year", "半年"
    YEAR = "year", "年度"


class Role(Word):
    """What an account may do; one person may hold several."""

    OFFICER = "officer", "民警"
    CLERK = "clerk", "内勤"
    REVIEWER = "reviewer", "审核"
    COUNTERSIGNER = "countersigner", "会签"
    SIGNER = "signer", "签发"
    AGENCY = "agency", "协办单位"
    LEADER = "leader", "领导"
    ARCHIVIST = "archivist", "档案员"
    ADMIN = "admin", "管理员"
    AUDITOR = "auditor", "审计员"
    SYSTEM = "system", "系统"


class ReadingKind(Word):
    """Why it is on record that somebody read something."""

    RESTRICTED = "restricted", "限制公开文书"
    PERSONAL = "personal", "个人信息"
    EXPORT = "export", "导出"


class Part(Word):
    """A unit's part in a measure."""

    LEAD = "lead", "牵头"
    COOPERATING = "cooperating", "配合"


class MilestoneKind(Word):
    """What a milestone of a measure is: control the hazard for now, mend it for good, or one dated stage between."""

    INTERIM = "interim", "临时管控"
    LONG_TERM = "long_term", "长期整改"
    STAGE = "stage", "阶段目标"


class AssignmentState(Word):
    """Where a measure stands with one responsible unit; whose turn and how late are derived, never stored."""

    UNISSUED = "unissued", "待发通知"
    AWAITING_RECEIPT = "awaiting_receipt", "待签收"
    AWAITING_PLAN = "awaiting_plan", "待报方案"
    AWAITING_COMPLETION = "awaiting_completion", "待完成"
    AWAITING_VERIFICATION = "awaiting_verification", "待复查"
    RETURNED = "returned", "待补充"
    DISPUTED = "disputed", "职责争议"
    CLOSED = "closed", "办结"
    REFERRED = "referred", "已转请办理"


class Outcome(Word):
    """How a measure ended."""

    DONE = "done", "已完成"
    DONE_BY_ALTERNATIVE = "done_by_alternative", "以替代措施完成"
    NOT_DONE = "not_done", "未完成（说明理由）"
    SUPERSEDED = "superseded", "被其他措施取代"
    NO_LONGER_APPLICABLE = "no_longer_applicable", "不再适用"
    ANSWERED = "answered", "转请办理已有答复"
    UNDECIDED = "undecided", "已转请办理、未作决定"


class ReplyKind(Word):
    """整改反馈: what a recipient answers."""

    PLAN = "plan", "整改方案"
    PROGRESS = "progress", "进展情况"
    COMPLETION = "completion", "完成情况"
    REFUSAL = "refusal", "不予采纳（说明理由）"
    EXTENSION = "extension", "延期申请"
    DISPUTE = "dispute", "职责争议"


class Adjudication(Word):
    """裁定 of a jurisdiction dispute."""

    CONFIRMED = "confirmed", "维持原责任单位"
    REASSIGNED = "reassigned", "改由其他单位承担"


class Verdict(Word):
    """研判: what the police say of a reply."""

    ACCEPTED = "accepted", "认可"
    ACCEPTED_ALTERNATE = "accepted_alternate", "认可替代措施"
    PARTIAL = "partial", "部分认可"
    RETURNED = "returned", "退回"


class EffectVerdict(Word):
    """整改评估: whether a measure helped."""

    EFFECTIVE = "effective", "已见效"
    PARTLY = "partly", "部分见效"
    NONE = "none", "未见效"
    UNKNOWN = "unknown", "无法判断"


class RecurrenceReason(Word):
    """What a new accident has in common with one whose measures were taken."""

    NEARBY = "nearby", "事故地点相近"
    SAME_SECTION = "same_section", "同一路段"
    SAME_ENTERPRISE = "same_enterprise", "同一企业"


class Similarity(Word):
    """What an accident has in common with an earlier one, nearest first."""

    NEARBY = "nearby", "事故地点相近"
    SAME_SECTION = "same_section", "同一路段"
    SAME_VEHICLE = "same_vehicle", "同一车辆"
    SAME_ENTERPRISE = "same_enterprise", "同一企业"
    SAME_CAUSE = "same_cause", "同一区县同类原因"


class AnswerState(Word):
    """What became of a question of the checklist."""

    ANSWERED = "answered", "已回答"
    NOT_APPLICABLE = "not_applicable", "不适用"
    WAIVED = "waived", "准予不答"


class RecurrenceDecision(Word):
    """What a person says of an accident that happened again after a measure."""

    REOPENED = "reopened", "重新研究（原措施未见效）"
    UNRELATED = "unrelated", "与原措施无关"


class DeliveryMode(Word):
    """How a paper was served."""

    DIRECT = "direct", "直接送达"
    LEFT = "left", "留置送达"
    POST = "post", "邮寄送达"
    CONFIDENTIAL_POST = "confidential_post", "机要送达"
    EXCHANGE = "exchange", "公文交换"
    ELECTRONIC = "electronic", "电子送达"


class Light(Word):
    """预警灯: derived from the due date and today, never stored."""

    GREEN = "green", "正常"
    BLUE = "blue", "临期"
    YELLOW = "yellow", "超期"
    RED = "red", "督办超期"


class LinkNature(Word):
    """关联事故: how two accidents, or an accident and a hazard, belong together."""

    SECONDARY = "secondary", "二次事故"
    SAME_CAUSE = "same_cause", "同一成因"
    SAME_HAZARD = "same_hazard", "同一隐患"
    OTHER = "other", "其他关联"


class TransferDirection(Word):
    """移送: whether a case came to us or left us."""

    IN = "in", "移送接收"
    OUT = "out", "移送他处"


class RecusalKind(Word):
    """回避: who asked for it."""

    ASKED = "asked", "自行回避"
    ORDERED = "ordered", "责令回避"


class ReviewOutcome(Word):
    """复核结论 on a 事故认定书."""

    UPHELD = "upheld", "维持"
    CHANGED = "changed", "变更"
    REVOKED = "revoked", "撤销"


class Door(Word):
    """By which door an act came in."""

    PAGE = "page", "页面"
    CLI = "cli", "命令行"
    LINK = "link", "链接"
    OIDC = "oidc", "统一身份认证"
    API = "api", "接口"
    SYSTEM = "system", "系统"


class FileState(Word):
    """What the scanner for malware said of a stored file."""

    WAITING = "waiting", "尚未检查"
    CLEAN = "clean", "未发现恶意程序"
    FOUND = "found", "查出恶意程序"
    FAILED = "failed", "无法检查"


class Turn(Word):
    """Whose move it is."""

    THEIRS = "theirs", "对方"
    OURS = "ours", "我方"


class PersonRole(Word):
    """A person's part in the accident or the duty."""

    DRIVER = "driver", "驾驶人"
    PASSENGER = "passenger", "乘员"
    PEDESTRIAN = "pedestrian", "行人"
    CYCLIST = "cyclist", "骑行人"
    MANAGER = "manager", "企业管理人员"
    OFFICIAL = "official", "公职人员"
    OTHER = "other", "其他人员"


class PersonOutcome(Word):
    """What happened to a person."""

    DEAD = "dead", "死亡"
    SERIOUS = "serious", "重伤"
    MINOR = "minor", "轻伤"
    UNHURT = "unhurt", "未受伤"
    UNKNOWN = "unknown", "不详"


class SubjectType(Word):
    """Whom an accountability item concerns."""

    PERSON = "person", "个人"
    ORGANISATION = "organisation", "单位"


class ProposalAnswer(Word):
    """What the competent organ answered."""

    RECEIVED = "received", "已收到"
    ADOPTED = "adopted", "采纳"
    ADOPTED_IN_PART = "adopted_in_part", "部分采纳"
    NOT_ADOPTED = "not_adopted", "未采纳"


class SuperiorAnswer(Word):
    """批复: what a superior or our government answered to a 请示, 意见 or 报告."""

    APPROVED = "approved", "同意"
    APPROVED_IN_PART = "approved_in_part", "部分同意"
    NOT_APPROVED = "not_approved", "不同意"
    OTHER = "other", "其他答复"


class IncomingKind(Word):
    """来文: what a paper is that comes in and demands something of us."""

    PROCURATORIAL = "procuratorial", "检察建议"
    JUDICIAL = "judicial", "司法建议"
    LISTED = "listed", "挂牌督办"
    SUPERIOR_ORDER = "superior_order", "上级督办"
    INSTRUCTION = "instruction", "领导批示"
    PROPOSAL = "proposal", "建议提案"
    OTHER = "other", "其他来文"


class ClueAnswer(Word):
    """What the organ told of clues handed over to it."""

    ACCEPTED = "accepted", "已受理"
    REFERRED = "referred", "转其他机关办理"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    CONCLUDED = "concluded", "办结并告知结果"


class AccountabilityCategory(Word):
    """What a dossier's accountability item proposes or reports; the label is what the dossier writes."""

    ADMINISTRATIVE_PENALTY = "administrative_penalty", "行政处罚"
    PARTY_OR_GOVERNMENT_SANCTION = "party_or_government_sanction", "党纪政务处分"
    ADMONITION = "admonition", "诫勉谈话"
    WRITTEN_REVIEW = "written_review", "书面检查"
    TRANSFER_TO_JUDICIARY = "transfer_to_judiciary", "移送司法机关"
    WITH_JUDICIARY = "with_judiciary", "司法机关已采取措施"
    EXEMPT = "exempt", "免予追责"
    OTHER = "other", "其他"

    @property
    def informational(self) -> bool:
        """Tell whether nothing is left to propose: already with the judiciary, or exempt."""
        return self in (AccountabilityCategory.WITH_JUDICIARY, AccountabilityCategory.EXEMPT)


class TeamRole(Word):
    """A unit's or person's part in the investigation team."""

    LEAD = "lead", "组长单位"
    MEMBER = "member", "成员单位"


class DivisionLevel(Word):
    """The three levels of GB/T 2260."""

    PROVINCE = "province", "省级"
    CITY = "city", "地级"
    COUNTY = "county", "县级"


class Datum(Word):
    """坐标系: to which ellipsoid and shift a pair of coordinates belongs."""

    CGCS2000 = "cgcs2000", "CGCS2000"
    WGS84 = "wgs84", "WGS-84"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"
    UNKNOWN = "unknown", "坐标系不详"


class CodeTable(Word):
    """The small code tables of `models.accident.rules.codes`."""

    ROAD_CLASS = "road_class", "道路类型"
    WEATHER = "weather", "天气"
    LIGHT = "light", "照明条件"
    PATTERN = "pattern", "事故形态"
    CAUSE = "cause", "原因"


class Medium(Word):
    """By which way a message leaves the system; the inbox inside needs none."""

    MAIL = "mail", "邮件"
    CHAT = "chat", "聊天群"


class SendState(Word):
    """Where one message to one address stands."""

    WAITING = "waiting", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    STUCK = "stuck", "多次发送失败"
    UNCERTAIN = "uncertain", "是否送达不明"
    FOLDED = "folded", "并入汇总"
    HANDLED = "handled", "已人工处理"


class SmtpSecurity(Word):
    """How the way to the mail server is kept secret."""

    NONE = "none", "不加密"
    STARTTLS = "starttls", "STARTTLS"
    TLS = "tls", "TLS"


class SearchKind(Word):
    """What a search finds, in the order in which it is shown."""

    FINDING = "finding", "问题"
    MEASURE = "measure", "措施"
    REPLY = "reply", "反馈"
    PAPER = "paper", "文书"
    EVIDENCE = "evidence", "证据"


class Procedure(Word):
    """By which procedure an accident is handled: only the general one counts in the four indices."""

    GENERAL = "general", "一般程序"
    SIMPLE = "simple", "简易程序"


class Indicator(Word):
    """A figure of the register (指标): the four indices first, then the accidents that cost a life, and three lives or more."""

    ACCIDENTS = "accidents", "事故起数"
    DEATHS = "deaths", "死亡人数"
    INJURED = "injured", "受伤人数"
    PROPERTY_LOSS = "property_loss", "直接财产损失"
    FATAL_ACCIDENTS = "fatal_accidents", "亡人事故起数"
    SEVERE_ACCIDENTS = "severe_accidents", "死亡3人以上事故起数"


class Comparison(Word):
    """With what a figure is compared."""

    YOY = "yoy", "同比"
    MOM = "mom", "环比"


class Breakdown(Word):
    """By what figures are broken down (分组)."""

    DIVISION = "division", "区划"
    JURISDICTION = "jurisdiction", "管辖单位"
    ROAD = "road", "道路"
    ROAD_CLASS = "road_class", "道路等级"
    HOUR = "hour", "时段"
    WEEKDAY = "weekday", "星期"
    PATTERN = "pattern", "事故形态"
    CAUSE = "cause", "认定原因"
    VEHICLE = "vehicle", "车辆类型"


class Coverage(Word):
    """Whose accidents figures count (统计口径)."""

    JURISDICTION = "jurisdiction", "按管辖"
    TERRITORY = "territory", "按地域"


class Exclusion(Word):
    """Why figures do not count a registered accident."""

    MERGED = "merged", "与另一起为同一事故"
    NOT_ON_A_ROAD = "not_on_a_road", "非道路交通事故"
    ILLNESS = "illness", "因病死亡"
    WITHDRAWN = "withdrawn", "来源已撤销"


class PartyLiability(Word):
    """How liable a party is, most first."""

    FULL = "full", "全部责任"
    MAIN = "main", "主要责任"
    EQUAL = "equal", "同等责任"
    MINOR = "minor", "次要责任"
    NONE = "none", "无责任"


class ImportState(Word):
    """Where the import of a file into the register stands."""

    RUNNING = "running", "未完成"
    DONE = "done", "已完成"
    GIVEN_UP = "given_up", "已放弃"


class QuarantineState(Word):
    """Where an accident stands that an import put into quarantine."""

    OPEN = "open", "待处理"
    IMPORTED = "imported", "已导入"
    DROPPED = "dropped", "不导入"


class CaseKind(Word):
    """What a case is about: an accident that is investigated, or a hazard that is worked on before one happens."""

    ACCIDENT = "accident", "事故"
    HAZARD = "hazard", "隐患"


class HazardSource(Word):
    """Who told of a hazard."""

    LEAD = "lead", "群众举报"
    GRID = "grid", "网格员上报"
    LEDGER = "ledger", "隐患台账"
    PATROL = "patrol", "民警排查"
    WARNING = "warning", "风险预警"
    CASE = "case", "调查发现"


class HazardGrade(Word):
    """How grave a hazard is."""

    ORDINARY = "ordinary", "一般隐患"
    MAJOR = "major", "重大隐患"


class HazardState(Word):
    """Where a hazard stands in 研、交、办、督、结."""

    REPORTED = "reported", "待核查"
    CHECKED = "checked", "已核查"
    ORDERED = "ordered", "已交办"
    CLOSED = "closed", "已销号"
    DISMISSED = "dismissed", "不作隐患处理"


class WarningKind(Word):
    """What a warning is about."""

    SITE = "site", "地点"
    SECTION = "section", "路段"
    ENTERPRISE = "enterprise", "车辆所属单位"
    EMPLOYER = "employer", "驾驶人所在单位"
    CAUSE = "cause", "事故原因"


class WarningMethod(Word):
    """How a warning was found."""

    THREE_YEAR = "three_year", "近三年事故数排序"
    PROBABILITY = "probability", "概率排序"
    CRITERION = "criterion", "判定标准"
    BURST = "burst", "短期聚集"


class ListState(Word):
    """Where a list of warnings stands."""

    DRAFTED = "drafted", "待领导批准"
    APPROVED = "approved", "已批准"
    RETURNED = "returned", "未批准"


class WarningState(Word):
    """Where a warning stands; every one ends confirmed, dismissed or lapsed."""

    DRAFTED = "drafted", "名单待批准"
    OPEN = "open", "待研判"
    PROPOSED = "proposed", "拟不采纳，待领导批准"
    CONFIRMED = "confirmed", "已采纳"
    DISMISSED = "dismissed", "不采纳"
    LAPSED = "lapsed", "逾期未处理"


class WarningOutcome(Word):
    """What a confirmed warning becomes."""

    HAZARD = "hazard", "作为隐患核查交办"
    CASE = "case", "提请开展深度调查"

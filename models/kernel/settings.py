"""Settings, read from the environment (prefix SHENCHA_) or a file that SHENCHA_ENV_FILE names; no secret is in code."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.kernel.rights.own_bodies import DIVISION, UNIT, OwnNames, derived
from models.kernel.vocabulary import Role, Scope, SealMode, SmtpSecurity

QUIET_HOURS = r"^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$"
CHAT_ADDRESSES = "SHENCHA_CHANNEL_"  # so begin the names of the secrets that hold them

LINK_KEY = "link.key"
CHECKPOINT_KEY = "checkpoint.key"
SECOND_FACTOR_KEY = "second-factor.key"
PREFECT_AUTH = "prefect.auth"
PERSONAL_KEY = "personal.key"
OFF, OFFERED = "off", "offered"
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

INVENTED_PHONE = "0711-5550131"
"""Printed where nobody is to be called: demonstrations and rehearsals."""


class Settings(BaseSettings):
    """Everything an installation may decide. `shencha settings` prints each value with its origin."""

    model_config = SettingsConfigDict(
        env_prefix="SHENCHA_", env_file=os.environ.get("SHENCHA_ENV_FILE"), frozen=True, extra="ignore"
    )

    home: Path = Field(Path("var"), description="数据目录：内置数据库、文件和日志")
    database_url: SecretStr | None = Field(None, description="数据库地址；不填则用数据目录中的 SQLite")
    worker_database_url: SecretStr | None = Field(
        None, description="后台工作进程另用的数据库地址（PostgreSQL 上以自己的角色连接）；不填则与网页相同"
    )
    files_url: str | None = Field(
        None, description="证据和文书的存放处，文件夹或 fsspec 地址；不填则用数据目录下的 files"
    )
    archive_dir: Path | None = Field(None, description="档案包的存放处；不填则用数据目录下的 archives")
    scope: Scope = Field(Scope.FATAL, description="调查范围：哪些事故无须另写理由即开展深度调查")
    timezone: Literal["Asia/Shanghai"] = Field("Asia/Shanghai", description="计算时限所用的时区")
    accident_day_counts: bool = Field(False, description="七日期限是否把事故当日算作第一日")
    recurrence_radius: int = Field(
        500, ge=1, le=50_000, description="整改后又发生：事故地点相距多少米以内算地点相近（参考值）"
    )
    recurrence_section: int = Field(
        2000, ge=1, le=50_000, description="整改后又发生：同一道路上相距多少米以内算同一路段（参考值）"
    )
    recurrence_years: int = Field(
        3, ge=1, le=30, description="整改后又发生：归档后多少年内又发生事故的，提请重新研究（参考值）"
    )
    proposal_days: int = Field(
        60, ge=1, le=365, description="事故台账：多少日以内发生、属于调查范围而尚未立案的事故，提请立案（以前的不提请）"
    )
    max_import_bytes: int = Field(200 * 1024 * 1024, gt=0, description="导入事故台账的文件的最大字节数")
    severe_with_serious: bool = Field(
        True, description="风险预警：有人重伤的事故是否算严重事故（重伤登记不全的地方宜设为否，只算亡人事故）"
    )
    warning_site: int = Field(
        500, ge=50, le=5000, description="风险预警：筛查时一个地点或者路段有多少米（城区可取150，县域取500至1000）"
    )
    warning_capacity: int = Field(
        10, ge=1, le=500, description="风险预警：每个区县每次筛查的名单最多列多少条，以能够逐条核查为限"
    )
    warning_by_probability: bool = Field(
        False, description="风险预警：筛查名单按概率排序；不选则按近三年事故数排序，概率列在旁边"
    )
    warning_lapse_days: int = Field(
        30, ge=1, le=365, description="风险预警：列出或者生效后多少天内没有批准、研判的，记为逾期未处理（参考值）"
    )
    unit: str = Field(UNIT, description="本单位全称")
    unit_division: str = Field(DIVISION, description="本单位辖区的行政区划代码（GB/T 2260）")
    bureau: str = Field(
        default_factory=lambda told: _own_names(told).bureau,
        description="向上级行文的机关；不填则由本单位全称和行政区划得出",
    )
    commission: str = Field(
        default_factory=lambda told: _own_names(told).commission,
        description="制发督办单的机关；不填则由本单位全称和行政区划得出",
    )
    series_stem: str = Field(
        default_factory=lambda told: _own_names(told).series_stem,
        description="发文字号机关代字的开头；不填则由本单位全称和行政区划得出",
    )
    series: dict[str, str] = Field(default_factory=dict, description="另行规定的机关代字，按“机关:文书种类”")
    fonds: str = Field("J001", description="档号中的全宗号")
    archive_section: str = Field("事故", description="档号中的机构代码")
    demo: bool = Field(False, description="演示模式；只有此时才有演示账号")
    contact: str = Field("事故深度调查办公室", description="印在文书上的联系人")
    phone: str | None = Field(
        default_factory=lambda told: INVENTED_PHONE if told.get("demo") else None, description="印在文书上的联系电话"
    )
    public_url: str | None = Field(None, description="协办单位可以访问的网址；不填则文书上不印二维码")
    adjudicator: Literal["unit", "bureau", "commission"] = Field(
        "commission", description="裁定职责争议的机关：unit 本单位、bureau 上级行文机关、commission 制发督办单的机关"
    )
    fewest_due: int = Field(
        5, ge=1, le=100, description="各单位按期率：到期措施少于多少项的，样本过少，不计算、不列名次"
    )
    league_table: str | None = Field(
        None, description="各单位名次所依据的本地考核方案（名称和文号）；不填则看板上不列名次"
    )
    outline: Path | None = Field(None, description="辖区边界的 GeoJSON 文件，用于看板上的事故分布图；不填则不画边界")
    link_key: SecretStr | None = Field(None, description="文书链接和答复码的密钥；不填则用数据目录下的 link.key")
    link_days: int = Field(180, gt=0, description="文书链接自签发之日起的有效天数")
    checkpoints: str | None = Field(
        None,
        description="检查点在数据库以外的存放处，文件夹或 fsspec 地址，最好在另一台机器上；不填则用数据目录下的 checkpoints",
    )
    checkpoint_key: Path | None = Field(
        None, description="检查点签名密钥文件（Ed25519 或者 SM2，PEM）；不填则用数据目录下的 checkpoint.key"
    )
    checkpoint_algorithm: Literal["ed25519", "sm2"] = Field(
        "ed25519", description="新建检查点签名密钥时用的算法：ed25519 或者 sm2；已有密钥的，以密钥为准"
    )
    timestamp: SecretStr | None = Field(
        None, description="时间戳服务（RFC 3161）的地址，可以含账号和口令；不填则检查点不加盖时间戳"
    )
    timestamp_ca: Path | None = Field(
        None, description="时间戳服务根证书文件（PEM）；不填则不核对签发机构，只核对时间戳本身"
    )
    seal: SealMode = Field(SealMode.NONE, description="用印方式")
    seal_key: Path | None = Field(None, description="电子印章密钥文件（PKCS#12），用于本机示例印章")
    seal_passphrase: SecretStr | None = Field(None, description="电子印章密钥文件的口令")
    backup_to: str | None = Field(
        None, description="每日自动备份的位置，文件夹或 fsspec 地址，应在别的磁盘或机器上；不填则不自动备份"
    )
    backup_hour: int = Field(2, ge=0, le=23, description="每日自动备份的时刻（时）")
    backup_key_file: Path | None = Field(None, description="加密备份的密钥文件")
    backup_passphrase: SecretStr | None = Field(None, description="加密备份的口令；有密钥文件的用密钥文件")
    disk_warn_mb: int = Field(2048, ge=0, description="磁盘剩余空间少于多少 MB 时在系统状态中提醒；0 为不提醒")
    disk_stop_mb: int = Field(256, ge=0, description="磁盘剩余空间少于多少 MB 时暂停写入、只供查询；0 为不限")
    pdf: bool = Field(True, description="是否由后台工作进程为签发的文书另存 PDF/A 文件（需要 LibreOffice）")
    max_file_bytes: int = Field(30 * 1024 * 1024, gt=0, description="接收文件的最大字节数")
    outbox_seconds: float = Field(0.5, gt=0, description="后台工作进程查看待办的间隔（秒）")
    sweep_seconds: float = Field(60.0, gt=0, description="后台工作进程检查时限的间隔（秒）")
    smtp_host: str | None = Field(None, description="发信服务器；不填则不发邮件")
    smtp_port: int | None = Field(None, gt=0, lt=65536, description="发信服务器端口；不填则按加密方式取 25、587 或 465")
    smtp_security: SmtpSecurity = Field(SmtpSecurity.STARTTLS, description="发信加密方式")
    smtp_user: str | None = Field(None, description="发信账号；不填则不登录")
    smtp_password: SecretStr | None = Field(None, description="发信账号的口令")
    smtp_seconds: float = Field(20.0, gt=0, description="等待发信服务器应答的时间（秒）")
    mail_from: str | None = Field(None, description="发件人：邮件地址，或者“名称 <地址>”；不填则不发邮件")
    quiet_hours: str = Field(
        "22:00-07:00", pattern=QUIET_HOURS, description="夜间不发邮件和聊天消息的时段（紧急的除外）；空为不设"
    )
    quiet_rest_days: bool = Field(False, description="休息日是否也不发邮件和聊天消息（紧急的除外）")
    digest_after: int = Field(5, ge=1, description="每个地址每日单独发送的消息数，超过的并入每日汇总")
    digest_hour: int = Field(8, ge=0, le=23, description="每日汇总的发送时刻（时）")
    scanner: str | None = Field(
        None,
        description="查杀程序 clamd 的地址：clamd://主机:端口 或者 clamd:/路径/clamd.sock；不填则不检查文件中的恶意程序",
    )
    scanner_seconds: float = Field(
        10.0, gt=0, description="接收文件时等待查杀程序的时间（秒），超过的由后台工作进程随后检查"
    )
    web_address: str = Field("127.0.0.1", description="网页在哪个网络地址上提供服务")
    session_idle_minutes: int = Field(30, gt=0, description="登录后多少分钟不操作即须重新登录")
    session_hours: int = Field(10, gt=0, description="登录后最长多少小时须重新登录")
    oidc_issuer: str | None = Field(None, description="统一身份认证（OpenID Connect）的地址；不填则只用本系统账号登录")
    oidc_client_id: str | None = Field(None, description="统一身份认证分配的客户端编号")
    oidc_client_secret: SecretStr | None = Field(None, description="统一身份认证分配的客户端密钥")
    oidc_name: str = Field("统一身份认证", description="登录页上统一身份认证的名称")
    second_factor: str = Field(
        OFFERED,
        description="动态口令：off 停用，offered 由本人自愿启用；或者写明必须启用的角色，如 admin,signer（其他人自愿）",
    )
    second_factor_key: Path | None = Field(
        None, description="加密动态口令的密钥文件；不填则用数据目录下的 second-factor.key"
    )
    prefect_auth: SecretStr | None = Field(
        None,
        description="流程引擎 Prefect 的登录口令，写作 用户名:口令；不填则 shencha up 用数据目录下 prefect.auth 中的",
    )
    personal_key: Path | None = Field(
        None, description="加密证件号码、电话等个人信息的密钥文件；不填则用数据目录下的 personal.key"
    )
    actor: str | None = Field(None, description="不写 --as 时以哪个账号办理")
    password_file: Path | None = Field(
        None, description="命令行核对密码时从这个文件的第一行读取（标准输入为 /dev/stdin）；不填则在终端中询问"
    )

    @field_validator("second_factor")
    @classmethod
    def _for_roles(cls, value: str) -> str:
        required_roles(value)
        return value

    @field_validator("timestamp")
    @classmethod
    def _is_an_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^/\s]+", value.get_secret_value()):
            raise ValueError("时间戳服务的地址应以 http:// 或者 https:// 开头")
        return value

    @field_validator("scanner")
    @classmethod
    def _can_ask(cls, value: str | None) -> str | None:
        if value:
            scanner_of(value)
        return value

    @field_validator("prefect_auth")
    @classmethod
    def _has_both(cls, value: SecretStr | None) -> SecretStr | None:
        name, colon, word = value.get_secret_value().partition(":") if value else ("", "", "")
        if value and not (name and colon and word and value.get_secret_value().isascii()):
            raise ValueError("Prefect 的登录口令应写成 用户名:口令，且只用英文字母、数字和符号")
        return value

    @field_validator("mail_from")
    @classmethod
    def _can_send(cls, value: str | None) -> str | None:
        if value:
            sender_of(value)
        return value

    @cached_property
    def database(self) -> str:
        """Return the SQLAlchemy URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.absolute() / 'shencha.db'}"

    @cached_property
    def link_secret(self) -> bytes | None:
        """Return the secret that links and answer codes follow from; None where there is none: then none are printed."""
        if self.link_key is not None:
            return self.link_key.get_secret_value().encode()
        kept = self.home.absolute() / LINK_KEY
        return kept.read_bytes() if kept.is_file() else None

    @cached_property
    def files(self) -> str:
        """Return where evidence and papers are kept, as a folder or fsspec URL."""
        return self.files_url or str(self.home.absolute() / "files")

    @cached_property
    def checkpoints_place(self) -> str:
        """Return where the lines of checkpoints are kept outside the database, as a folder or fsspec URL."""
        return self.checkpoints or str(self.home.absolute() / "checkpoints")

    @cached_property
    def checkpoint_key_file(self) -> Path:
        """Return the file of the key that signs checkpoints."""
        return (self.checkpoint_key or self.home / CHECKPOINT_KEY).absolute()

    @cached_property
    def timestamp_host(self) -> str:
        """Return where the time stamps come from, without account and password."""
        return urlsplit(self.timestamp.get_secret_value()).hostname or "" if self.timestamp is not None else ""

    @cached_property
    def second_factor_key_file(self) -> Path:
        """Return the file of the key that the secrets of second factors are encrypted with."""
        return (self.second_factor_key or self.home / SECOND_FACTOR_KEY).absolute()

    @cached_property
    def prefect_auth_file(self) -> Path:
        """Return the file with what Prefect's server of this home asks for, where no setting says it."""
        return self.home.absolute() / PREFECT_AUTH

    @cached_property
    def personal_key_file(self) -> Path:
        """Return the file of the keys that identity numbers, telephones and addresses are encrypted with."""
        return (self.personal_key or self.home / PERSONAL_KEY).absolute()

    @cached_property
    def second_factor_on(self) -> bool:
        """Return whether second factors are asked for at all; a demo, whose passwords everybody knows, asks nobody."""
        return self.second_factor != OFF and not self.demo

    @cached_property
    def second_factor_roles(self) -> frozenset[Role]:
        """Return the roles that must have a second factor."""
        return required_roles(self.second_factor) if self.second_factor_on else frozenset()

    @cached_property
    def archives(self) -> Path:
        """Return the folder of sealed packages."""
        return (self.archive_dir or self.home / "archives").absolute()


def sender_of(given: str) -> tuple[str, str]:
    """Return name and address of a sender written as `a@b` or `名称 <a@b>`. Raises ValueError for what is neither."""
    name, address = parseaddr(given)
    plain = f"{name} <{address}>" if name else address
    if not MAIL_ADDRESS.fullmatch(address) or "".join(given.replace('"', "").split()) not in (
        "".join(plain.split()),
        f"<{address}>",
    ):
        raise ValueError(f"“{given}”不是可用的发件人，请写成 name@example.com 或者 名称 <name@example.com>")
    return name, address


def scanner_of(given: str) -> tuple[str, int] | str:
    """Return host and port, or the path of the socket, of a scanner. Raises ValueError for what names neither."""
    if found := re.fullmatch(r"clamd://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})", given):
        if 0 < int(found[2]) < 65536:
            return found[1].strip("[]"), int(found[2])
    elif given.startswith("clamd:/") and not given.startswith("clamd://"):
        return given.removeprefix("clamd:")
    raise ValueError(f"“{given}”不是查杀程序的地址，请写成 clamd://127.0.0.1:3310 或者 clamd:/run/clamav/clamd.sock")


def required_roles(given: str) -> frozenset[Role]:
    """Return the roles that a setting of second factors names. Raises ValueError for what is neither `off`, `offered` nor roles."""
    if given in (OFF, OFFERED):
        return frozenset()
    known = {role.value: role for role in Role if role is not Role.SYSTEM}
    named = [word.strip() for word in given.split(",")]
    if unknown := [word for word in named if word not in known]:
        raise ValueError(
            f"“{'、'.join(unknown)}”不可用，可用的有：off、offered，或者角色 {'、'.join(known)}（逗号分隔）"
        )
    return frozenset(known[word] for word in named)


def _own_names(told: Mapping[str, str]) -> OwnNames:
    """Return the names that follow from the unit and division that are told, or from the usual ones."""
    return derived(told.get("unit", UNIT), told.get("unit_division", DIVISION))


def channel_secrets() -> dict[str, SecretStr]:
    """Return the addresses of chat channels by the names of their secrets: the environment before the settings file.

    They are read anew each time, so that a secret may be changed in the file without a restart.
    """
    file = os.environ.get("SHENCHA_ENV_FILE")
    given = {**(dotenv_values(file) if file else {}), **os.environ}
    return {name: SecretStr(value) for name, value in given.items() if name.startswith(CHAT_ADDRESSES) and value}

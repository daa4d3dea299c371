"""Settings, read from the environment (prefix SHENCHA_) or a file that SHENCHA_ENV_FILE names; no secret is in code."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from .rules.vocabulary import Scope, SealMode


class Settings(BaseSettings):
    """Everything an installation may decide. `shencha settings` prints each value with its origin."""

    model_config = SettingsConfigDict(
        env_prefix="SHENCHA_", env_file=os.environ.get("SHENCHA_ENV_FILE"), frozen=True, extra="ignore"
    )

    home: Path = Field(Path("var"), description="folder of the embedded database, files and logs")
    database_url: SecretStr | None = Field(None, description="database; default: SQLite in home")
    files_url: str | None = Field(None, description="store of evidence and papers, any fsspec URL; default: home/files")
    archive_dir: Path | None = Field(None, description="folder of sealed packages; default: home/archives")
    scope: Scope = Field(Scope.FATAL, description="which accidents are investigated without a special reason")
    timezone: Literal["Asia/Shanghai"] = Field("Asia/Shanghai", description="zone in which limits are counted")
    accident_day_counts: bool = Field(False, description="whether the accident day is day 1 of the 7-day window")
    unit: str = Field("鄂州市公安局交通警察支队", description="name of the own unit")
    unit_division: str = Field("420700", description="GB/T 2260 code of the own unit's territory")
    bureau: str = Field("鄂州市公安局", description="body that writes to superiors")
    commission: str = Field("鄂州市道路交通安全委员会办公室", description="body in whose name supervision orders leave")
    series_stem: str = Field("鄂州公交", description="what document numbers begin with")
    series: dict[str, str] = Field(default_factory=dict, description="prefix per issuer:kind, where it differs")
    fonds: str = Field("J001", description="全宗号 of the archive numbers")
    archive_section: str = Field("事故", description="机构 part of the archive numbers")
    contact: str = Field("事故深度调查办公室", description="contact printed on papers")
    phone: str | None = Field(None, description="telephone printed on papers")
    public_url: str | None = Field(None, description="address agencies reach; without it papers carry no QR code")
    seal: SealMode = Field(SealMode.NONE, description="how signed papers get their seal")
    max_file_bytes: int = Field(30_000_000, gt=0, description="largest file taken in")
    outbox_seconds: float = Field(1.0, gt=0, description="how often the worker looks for work that follows an act")
    sweep_seconds: float = Field(60.0, gt=0, description="how often the worker looks for limits that have run out")
    demo: bool = Field(False, description="demo accounts exist only where this is set")
    actor: str | None = Field(None, description="account that acts where --as is not given")

    @cached_property
    def database(self) -> str:
        """Return the SQLAlchemy URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home.absolute() / 'shencha.db'}"

    @cached_property
    def files(self) -> str:
        """Return where evidence and papers are kept, as a folder or fsspec URL."""
        return self.files_url or str(self.home.absolute() / "files")

    @cached_property
    def archives(self) -> Path:
        """Return the folder of sealed packages."""
        return (self.archive_dir or self.home / "archives").absolute()

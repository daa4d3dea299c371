"""The settings for people's eyes: each value with its origin, nothing secret among them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from dotenv import dotenv_values
from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.kernel.settings import Settings, channel_secrets
from ui.installation import read_settings

HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class SettingShown:
    """A setting: its environment variable, value without secrets, origin (default, env or file), and the value in words."""

    name: str
    env: str
    value: object
    origin: str
    meaning: str
    shown: str


def shown() -> list[SettingShown]:
    """Return every setting."""
    settings = read_settings()
    file = {name.upper() for name in dotenv_values(os.environ.get("SHENCHA_ENV_FILE") or None)} if _file() else set()
    environment = {name.upper() for name in os.environ}
    rows = []
    for name, field in Settings.model_fields.items():
        variable = f"SHENCHA_{name.upper()}"
        origin = "env" if variable in environment else "file" if variable in file else "default"
        value = _without_secrets(getattr(settings, name))
        rows.append(SettingShown(name, variable, value, origin, field.description or "", _shown(value)))
    return rows + [_secret(name, "env" if name in environment else "file") for name in sorted(channel_secrets())]


def _secret(name: str, origin: str) -> SettingShown:
    """A chat's address is a secret as a whole: who knows it may write there."""
    return SettingShown(name, name, HIDDEN, origin, "聊天群地址（密钥）", HIDDEN)


def _file() -> bool:
    return bool(os.environ.get("SHENCHA_ENV_FILE"))


def _without_secrets(value: object) -> object:
    if isinstance(value, SecretStr):
        return _address(value.get_secret_value())
    if isinstance(value, str) and "://" in value:
        return _address(value)
    return value


def _address(text: str) -> str:
    """Hide the password of an address, or all of a secret that is no address."""
    if "://" not in text:
        return HIDDEN
    try:
        return make_url(text).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        parts = urlsplit(text)
        host = f"{HIDDEN}@{parts.netloc.rpartition('@')[2]}" if "@" in parts.netloc else parts.netloc
        return urlunsplit(parts._replace(netloc=host, query=HIDDEN if parts.query else ""))


def _shown(value: object) -> str:
    label = getattr(value, "label", None)
    if isinstance(label, str):
        return f"{value}（{label}）"
    if value is None or value == {}:
        return "（未设置）"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)

"""`shencha …` on the command line: each verb reads what was typed, calls one command or query, and prints."""

from __future__ import annotations

from ui.cli.boundary import main

__all__ = ["main"]

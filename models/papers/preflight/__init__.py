"""Preflight 签发前检查: what a paper still lacks before anybody may sign it, told from the content that it would freeze.

Each kind says in its folder (`models/papers/kinds/*/preflight.py`) what it must hold; what holds for all is here.
"""

from __future__ import annotations

from .register import checks, remarks_on
from .remarks import Place, Remark, Weight, doubtful, missing

__all__ = ["Place", "Remark", "Weight", "checks", "doubtful", "missing", "remarks_on"]

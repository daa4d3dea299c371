"""A bill of materials as CycloneDX 1.6 JSON: the same lock gives the same bytes, on any day and any machine.

https://cyclonedx.org/docs/1.6/json/
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from tests.parts.lock import Part, Product

SPEC = "1.6"


def bill(product: Product) -> bytes:
    """Return the bill of a product."""
    root = f"pkg:pypi/{product.name}@{product.version}"
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": product.name,
                "version": product.version,
                "purl": root,
                "licenses": [{"license": {"id": product.licence}}],
            }
        },
        "components": [_component(part) for part in product.parts],
        "dependencies": [{"ref": root, "dependsOn": _asked_for(product)}],
        # Which part brings which other the lock does not say.
        "compositions": [{"aggregate": "incomplete", "dependencies": [root]}],
    }
    # Named by its content: no clock and no chance.
    content = json.dumps(told, sort_keys=True).encode()
    told["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)}"
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _component(part: Part) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _purl(part),
        "name": part.name,
        "version": part.version,
        "purl": _purl(part),
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": one} for one in part.hashes],
    }


def _purl(part: Part) -> str:
    return f"pkg:pypi/{part.name}@{part.version}"


def _asked_for(product: Product) -> list[str]:
    return [_purl(part) for part in product.parts if part.name in product.asked_for]

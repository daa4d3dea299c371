"""The bill of materials and the audit of what the product is made of: offline, from the lock, the same every time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.parts.__main__ import main
from tests.parts.audit import advisories, weak
from tests.parts.lock import parts, product
from tests.parts.sbom import bill
from tests.test_dependencies import locked

LOCK = (
    "Some_Part==1.4.2 \\\n    --hash=sha256:" + "a" * 64 + " \\\n    --hash=sha256:" + "b" * 64 + "\n"
    'other.part==2.0 ; python_version < "4" \\\n    --hash=sha256:' + "c" * 64 + "\n"
)


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, *events]}]
    package = {"ecosystem": "PyPI", "name": name}
    return {"id": f"TEST-{name}", "affected": [{"package": package, "ranges": ranges}], **more}


def test_the_bill_names_every_part_of_the_lock_with_its_hashes_and_is_always_the_same() -> None:
    made = product(ROOT)
    told = json.loads(bill(made))
    assert bill(made) == bill(product(ROOT))
    assert {one["name"]: one["version"] for one in told["components"]} == locked("requirements.lock")
    assert all(one["hashes"] for one in told["components"])
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    references = [one["bom-ref"] for one in told["components"]]
    assert len(set(references)) == len(references)
    [root] = told["dependencies"]
    assert set(root["dependsOn"]) <= set(references)
    # Some parts stand there twice: in one version for older Pythons, and in another for newer ones.
    names = {reference.rpartition("/")[2].partition("@")[0] for reference in root["dependsOn"]}
    assert len(names) == len(made.asked_for), "each part that is asked for is in the lock"


def test_a_lock_is_read_by_the_normal_names_of_its_parts() -> None:
    assert [(one.name, one.version, len(one.hashes)) for one in parts(LOCK)] == [
        ("other-part", "2.0", 1),
        ("some-part", "1.4.2", 2),
    ]


@pytest.mark.parametrize(
    ("known", "found"),
    [
        (advisory("some.part"), True),
        (advisory("some-part", {"fixed": "1.4.2"}), False),
        (advisory("SOME_PART", {"fixed": "1.4.3"}, aliases=["CVE-1"]), True),
        (advisory("some-part", {"last_affected": "1.4.1"}), False),
        (advisory("some-part", {"last_affected": "1.4.2"}), True),
        (advisory("some-part", {"fixed": "1.0"}, {"introduced": "1.4"}, {"fixed": "1.5"}), True),
        (advisory("some-part", {"fixed": "1.0"}, {"introduced": "1.4.10"}), False),
        (advisory("some-part", withdrawn="2026-01-01T00:00:00Z"), False),
        (advisory("another-part"), False),
        (
            {"id": "T", "affected": [{"package": {"ecosystem": "npm", "name": "some-part"}, "versions": ["1.4.2"]}]},
            False,
        ),
        (
            {"id": "T", "affected": [{"package": {"ecosystem": "PyPI", "name": "some-part"}, "versions": ["1.4.2"]}]},
            True,
        ),
    ],
)
def test_a_part_is_weak_where_an_advisory_says_so_of_its_version(known: dict[str, Any], found: bool) -> None:
    assert bool(weak(parts(LOCK), [known])) is found


def test_what_is_weak_is_named_with_where_it_is_mended_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.json").write_text(json.dumps(advisory("sqlalchemy", {"fixed": "999"}, aliases=["CVE-2"])))
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as export:
        export.writestr("T-2.json", json.dumps(advisory("another-part")))
    assert len(list(advisories(tmp_path))) == 2
    assert main(["audit", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "TEST-sqlalchemy, CVE-2; mended in 999" in said
    assert "2 advisories: 1 weak" in said


def test_without_advisories_it_says_so_and_never_that_all_is_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit"]) == main(["audit", ""]) == 0
    assert capsys.readouterr().out.count("nothing was compared") == 2
    assert main(["audit", str(tmp_path)]) == 1
    assert "nothing was compared" in capsys.readouterr().out
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(ValueError, match="no advisory"):
        main(["audit", str(tmp_path)])


def test_the_bill_is_written_where_it_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sbom", str(tmp_path / "out" / "shencha.cdx.json")]) == 0
    assert (
        json.loads((tmp_path / "out" / "shencha.cdx.json").read_bytes())["metadata"]["component"]["name"] == "shencha"
    )
    assert "parts" in capsys.readouterr().out

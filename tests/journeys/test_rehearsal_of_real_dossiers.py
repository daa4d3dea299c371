"""The dossiers of five real accidents go through all three scenarios."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from flows.rehearsal import Scenario, rehearse
from tests.journeys.rehearsed import assert_sound, assert_story

# What each of them leaves open, and how that must be said.
SAID = {
    "baoan-2020-03-22": ("酌定开展", "推演交由深圳市交通运输局宝安管理局承担"),
    "jiangjin-2015-12-12": ("重庆市江津区公安局交巡警支队（案情卷所列）", "推演登记该单位"),
    "xinxian-2016-05-14": (
        "应由上一级公安机关承办",
        "信阳市安全生产监督管理局是当地上一级其他系统单位，本单位不能直接向其提出倒查问责建议",
    ),
    "yangshuo-2019-06-09": (
        "阳朔县公安局交通警察大队（案情卷所列）",
        "柳州市某运输有限公司是辖区外企业或者检验检测机构，本单位不能直接向其提出整改措施",
    ),
    "hukun-2014-07-19": (
        "隆回县公安局交通警察大队（按行政区划推定）",
        "2014年7月26日的死亡在7日期内（至2014年7月26日），案情卷未计入死亡人数；推演沿用案情卷的54人，请核对。",
        "推演交由隆回县交通运输局承担",
    ),
}
SECONDS = 60  # of processor time: what else the machine does is not ours


@pytest.mark.parametrize("scenario", list(Scenario))
@pytest.mark.parametrize("name", SAID)
def test_a_real_dossier_is_carried_to_its_archive(
    name: str, scenario: Scenario, tmp_path: Path, shared_data: Path
) -> None:
    dossier = (shared_data / "dossiers" / f"{name}.json").read_bytes()
    began = time.process_time()
    result = rehearse(dossier, scenario, tmp_path / "out")
    assert time.process_time() - began < SECONDS
    assert_sound(result, tmp_path / "out", dossier)
    assert_story(result, scenario)
    assumptions = "".join(result.assumptions)
    assert [words for words in SAID[name] if words not in assumptions] == []

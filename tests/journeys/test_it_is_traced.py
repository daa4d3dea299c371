"""回溯: after years somebody asks what became of a finding, and by what the volume is borne out."""

from __future__ import annotations

from models.kernel.act import find_actor
from models.kernel.vocabulary import DocumentKind, ReplyKind
from models.overview.queries.traced import Trace, trace
from models.overview.rules.tracing import Traced
from tests.journeys.conftest import GoOn
from tests.journeys.test_answering_a_notice import Served

WAY = [Traced.EVIDENCE, Traced.FINDING, Traced.MEASURE, Traced.PAPER, Traced.REPLY, Traced.ASSESSMENT]


def traced(served: Served, ref: str) -> Trace:
    story = served.story
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        return trace(session, actor, served.case, ref, story.installation.settings, story.at)


def test_a_measure_is_followed_from_its_evidence_to_the_volume(go_on: GoOn) -> None:
    served: Served = go_on(Served)
    story, about = served.story, {"measure": served.measure, "organisation": served.recipient}
    finding = next(key for key in (step.key for step in traced(served, served.measure).back) if "finding" in key)
    story.do("li", "add-evidence", served.case, title="勘查照片", reference="卷宗", finding=finding.partition("/")[2])
    served.acknowledge()
    for kind in (ReplyKind.PLAN, ReplyKind.COMPLETION):
        story.wait(hours=1)
        reply = served.reply(kind)
        story.wait(hours=1)
        served.assess(reply)
    story.do("wang", "verify", served.case, passed=True, place="事故路段", note="标志标线齐全", **about)
    story.do("li", "close-measure", served.case, **about)
    papers = story.do("li", "prepare", served.case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(served.case, *papers)
    story.deliver(served.case, *papers)
    story.archive(served.case)

    found = traced(served, served.measure)
    nodes = found.graph.nodes
    kinds = [nodes[step.key].kind for step in (*reversed(found.back), *found.forward[1:])]
    assert list(dict.fromkeys(kinds)) == [*WAY, Traced.ARCHIVE, Traced.VERIFICATION]  # the plan's assessment ends there
    [volume] = {step.key for step in found.forward if nodes[step.key].kind is Traced.ARCHIVE}
    assert {step.key for step in traced(served, volume).back} == set(nodes)

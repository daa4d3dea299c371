"""The same five papers as five steps of two other engines, each paper written the naive way and put on record."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState
from sqlalchemy import Engine, create_engine, text

from models.kernel.vocabulary import FIVE_DOCUMENTS
from tests.benchmarks import naive_paper
from tests.benchmarks.same_paper import Block

STEPS = tuple(kind.value for kind in FIVE_DOCUMENTS)


class NaiveOffice:
    """Writes one of the five papers of a case into a folder and a row into a table; a step done twice is done once."""

    def __init__(self, url: str, folder: Path, papers: dict[str, Sequence[Block]]) -> None:
        self.engine: Engine = create_engine(url)
        self.folder, self.papers = folder, papers
        with self.engine.begin() as connection:
            connection.execute(
                text("CREATE TABLE steps (case_id TEXT, step TEXT, path TEXT, PRIMARY KEY (case_id, step))")
            )
            connection.execute(text("CREATE TABLE states (case_id TEXT PRIMARY KEY, state TEXT)"))

    def step(self, case: str, step: str) -> None:
        """Write one paper."""
        path = self.folder / f"{case}-{step}.docx"
        path.write_bytes(naive_paper.write(self.papers[step]))
        with self.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO steps VALUES (:case, :step, :path) ON CONFLICT DO NOTHING"),
                {"case": case, "step": step, "path": str(path)},
            )

    def save(self, case: str, state: str) -> None:
        """Keep where a case's workflow stands."""
        with self.engine.begin() as connection:
            connection.execute(
                text("INSERT INTO states VALUES (:case, :state) ON CONFLICT (case_id) DO UPDATE SET state = :state"),
                {"case": case, "state": state},
            )

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def done(self) -> int:
        """Return how many papers are on record."""
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM steps")).scalar_one())


@contextmanager
def dbos(installation: NaiveOffice, system_database: str) -> Iterator[Callable[[str], None]]:
    """Launch DBOS and give the function that carries a case: a workflow of five durable steps."""
    from dbos import DBOS

    DBOS(
        config={
            "name": "rival",
            "system_database_url": system_database,
            "log_level": "ERROR",
            "run_admin_server": False,
            "enable_otlp": False,
        }
    )

    @DBOS.step()
    def paper(case: str, step: str) -> None:
        installation.step(case, step)

    @DBOS.workflow()
    def carry(case: str) -> None:
        for step in STEPS:
            paper(case, step)

    DBOS.launch()
    logging.getLogger("dbos").setLevel(logging.ERROR)
    try:
        yield carry
    finally:
        DBOS.destroy(destroy_registry=True)


def spiff(installation: NaiveOffice) -> Callable[[str], None]:
    """Return the function that carries a case through a BPMN process; its state is saved after each step."""
    parser = BpmnParser()
    parser.add_bpmn_str(_process().encode())
    specification = parser.get_spec("case")
    engine = PythonScriptEngine(environment=TaskDataEnvironment({"paper": installation.step}))
    serializer = BpmnWorkflowSerializer()

    def carry(case: str) -> None:
        workflow = BpmnWorkflow(specification, script_engine=engine)
        for task in workflow.get_tasks(state=TaskState.READY):
            task.data["case_id"] = case
        while not workflow.is_completed():
            task = workflow.get_next_task(state=TaskState.READY)
            task.run()
            if task.task_spec.bpmn_id in STEPS:
                installation.save(case, serializer.serialize_json(workflow))

    return carry


def _process() -> str:
    """Return the process as BPMN 2.0: start, the five papers in a row, end."""
    nodes = ["start", *STEPS, "end"]
    body = []
    for place, node in enumerate(nodes):
        into = f"<b:incoming>f{place}</b:incoming>" if place else ""
        out = f"<b:outgoing>f{place + 1}</b:outgoing>" if node != "end" else ""
        if node in STEPS:
            script = f"<b:script>paper(case_id, '{node}')</b:script>"
            body.append(f'<b:scriptTask id="{node}" name="{node}">{into}{out}{script}</b:scriptTask>')
        else:
            body.append(f'<b:{node}Event id="{node}">{into}{out}</b:{node}Event>')
    flows = [
        f'<b:sequenceFlow id="f{place}" sourceRef="{here}" targetRef="{there}"/>'
        for place, (here, there) in enumerate(pairwise(nodes), 1)
    ]
    return (
        '<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:case">'
        f'<b:process id="case" isExecutable="true">{"".join(body + flows)}</b:process></b:definitions>'
    )

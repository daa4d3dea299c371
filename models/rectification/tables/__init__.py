"""The tables of this room, one file per aggregate."""

from .disputes import Dispute
from .effects import Evaluation, EvaluationFile
from .links import NoticeLink, ReplyDraft
from .measures import Assessment, Assignment, Measure, MeasureFinding, Milestone, Reply, ReplyFile, Verification
from .talks import Talk, TalkPaper

__all__ = [
    "Assessment",
    "Assignment",
    "Dispute",
    "Evaluation",
    "EvaluationFile",
    "Measure",
    "MeasureFinding",
    "Milestone",
    "NoticeLink",
    "Reply",
    "ReplyDraft",
    "ReplyFile",
    "Talk",
    "TalkPaper",
    "Verification",
]

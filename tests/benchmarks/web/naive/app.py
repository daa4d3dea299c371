"""The same pages built the obvious way: whole tables into pandas on every run, charts drawn anew, default settings."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pandas as pd
import streamlit as st
from sqlalchemy import create_engine

url = os.environ["SHENCHA_DATABASE_URL"]
engine = create_engine(url)
asked = st.query_params.get("page", "todo")
person = int(st.query_params.get("person", "0"))
today = pd.Timestamp(datetime.now(UTC).date())


def whole(table: str) -> pd.DataFrame:
    """Read a table as it is."""
    return pd.read_sql(f"SELECT * FROM {table}", engine)


def todo() -> None:
    """List what waits: measures to verify, answers to assess, papers to finish, of the cases of an officer."""
    st.title("我的待办")
    cases, documents, assignments = whole("cases"), whole("documents"), whole("assignments")
    replies, assessments, deadlines = whole("replies"), whole("assessments"), whole("deadlines")
    mine = cases[cases.officer_id == person]
    held = assignments.merge(mine, left_on="case_id", right_on="id", suffixes=("", "_case"))
    unassessed = replies[~replies.id.isin(assessments.reply_id)].merge(held, left_on="assignment_id", right_on="id")
    drafts = documents[documents.status.isin(["draft", "returned", "issued", "sealed"])]
    drafts = drafts.merge(mine, left_on="case_id", right_on="id", suffixes=("", "_case"))
    running = deadlines[deadlines.state == "open"].merge(mine, left_on="case_id", right_on="id", suffixes=("", "_case"))
    st.dataframe(held[held.state == "awaiting_verification"][["title", "due_on"]])
    st.dataframe(unassessed[["title", "text"]])
    st.dataframe(drafts[["title", "title_case"]])
    st.dataframe(running.sort_values("due_on")[["title", "rule_code", "due_on"]])


def inbox() -> None:
    """List the messages of a person, the newest first."""
    st.title("消息")
    messages = whole("messages").merge(whole("cases"), left_on="case_id", right_on="id", suffixes=("", "_case"))
    mine = messages[messages.user_id == person].sort_values("id", ascending=False)
    st.dataframe(mine[["sent_at", "subject", "body", "case_number"]])


def case() -> None:
    """Show a case. The events alone are asked for by case: five million of them would not fit."""
    number = st.query_params["number"]
    cases = whole("cases").merge(whole("accidents"), left_on="accident_id", right_on="id", suffixes=("", "_accident"))
    one = cases[cases.case_number == number].iloc[0]
    st.title(one.title)
    measures, assignments, organisations = whole("measures"), whole("assignments"), whole("organisations")
    documents, deadlines = whole("documents"), whole("deadlines")
    held = measures.merge(assignments, left_on="id", right_on="measure_id", suffixes=("", "_hand"))
    held = held.merge(organisations, left_on="organisation_id", right_on="id", suffixes=("", "_unit"))
    st.dataframe(held[held.case_id == one.id][["ref", "text", "name", "state", "due_on"]])
    st.dataframe(documents[documents.case_id == one.id][["ref", "kind", "title", "status", "number"]])
    clocks = deadlines[deadlines.case_id == one.id]
    st.dataframe(clocks[["rule_code", "due_on", "state"]])
    st.bar_chart(clocks.assign(days=(pd.to_datetime(clocks.due_on) - today).dt.days), x="key", y="days")
    st.dataframe(pd.read_sql(f"SELECT * FROM events WHERE case_id = {one.id}", engine))


def dashboard() -> None:
    """Show what is late, the year's figures, completion by unit, and where accidents happened."""
    st.title("督办看板")
    cases, accidents, deadlines = whole("cases"), whole("accidents"), whole("deadlines")
    assignments, organisations, rungs = whole("assignments"), whole("organisations"), whole("rungs_fired")
    documents = whole("documents")
    running = deadlines[deadlines.state == "open"].merge(organisations, left_on="organisation_id", right_on="id")
    ends = pd.to_datetime(running.due_on)
    lit = running[ends < today + timedelta(days=5)].assign(late=ends < today)
    st.dataframe(lit.groupby(["name", "turn", "late"]).size().reset_index(name="clocks"))
    st.bar_chart(lit.groupby("name").size().reset_index(name="clocks"), x="name", y="clocks")
    st.dataframe(documents[(documents.kind == "supervision_order") & (documents.status != "delivered")][["title"]])
    happened = cases.merge(accidents, left_on="accident_id", right_on="id", suffixes=("", "_accident"))
    happened["when"] = pd.to_datetime(happened.occurred_at)
    happened["month"], happened["year"] = happened.when.dt.month, happened.when.dt.year
    year = happened[happened.year == today.year]
    for name in ("deaths", "serious_injuries", "property_loss"):
        st.metric(name, int(year[name].sum()))
    st.line_chart(happened.groupby(["month", "year"]).size().unstack())
    held = assignments.merge(organisations, left_on="organisation_id", right_on="id", suffixes=("", "_unit"))
    held["done"] = held.state == "closed"
    warned = rungs[rungs.rung == "warn"].merge(deadlines, left_on="deadline_id", right_on="id")
    units = held.groupby("name").done.agg(["size", "mean"]).reset_index()
    st.dataframe(units.sort_values("mean", ascending=False))
    st.bar_chart(warned.groupby("organisation_id").size())
    st.map(year.tail(1000), latitude="latitude", longitude="longitude")


{"todo": todo, "inbox": inbox, "case": case, "dashboard": dashboard}[asked]()

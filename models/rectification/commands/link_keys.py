"""Keeps the fingerprint of the secret behind links and answer codes on notices."""

from __future__ import annotations

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.papers.rules import links
from models.rectification.queries.link_keys import kept_fingerprint
from models.rectification.tables import NoticeLink
from models.register.tables import HazardLink


def keep_link_key(act: Act, secret: bytes) -> None:
    """Put the fingerprint of the secret on record; the same one once. Only the system does, when a program begins."""
    policy.require(act.actor, "office.manage")
    fingerprint = links.key_fingerprint(secret)
    if kept_fingerprint(act.session) != fingerprint:
        record_admin(act, "link_key_set", fingerprint=fingerprint)


def replace_link_key(act: Act, secret: bytes) -> int:
    """Let links and codes follow from another secret from now on; returns how many printed links that ends.

    The address of every notice becomes the one of the new secret: what is printed opens nothing any more. So it is with the
    links by which hazards are told of.
    """
    policy.require(act.actor, "office.manage")
    found = act.session.scalars(select(NoticeLink).order_by(NoticeLink.document_id)).all()
    for link in found:
        link.token_sha256 = links.fingerprint(links.token(secret, link.document_id, link.version))
    reporting = act.session.scalars(select(HazardLink)).all()
    for one in reporting:
        one.token_sha256 = links.fingerprint(links.hazard_token(secret, one.id))
    before, after = kept_fingerprint(act.session), links.key_fingerprint(secret)
    record_admin(act, "link_key_set", before=before, fingerprint=after, links_ended=len(found) + len(reporting))
    return len(found) + len(reporting)

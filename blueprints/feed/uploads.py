"""Files that come along with the composer's form when no script sends them one by one."""

from __future__ import annotations

from flask import request

from blueprints.photos import intake
from school.lib.text import Refused


def take_files(post_id: str) -> list[Refused]:
    """Takes every file it can and returns what is wrong with each one it cannot; nothing else is lost."""
    problems: list[Refused] = []
    for field, take in (("files", intake.take_photo), ("documents", intake.take_document)):
        for file in request.files.getlist(field):
            if not file.filename:
                continue
            try:
                take(post_id, file.stream, file.filename)
            except Refused as no:
                problems.append(Refused(no.sentence, field))
    return problems

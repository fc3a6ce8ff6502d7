"""Who may see and do what: the only place where that is written, for a headteacher to read.

Three lists: **access** (which kinds of people may open a page at all, ``access.py``), **sight** (``@sees``: what of
each thing a person may see; lists and single objects share it, ``sight.py``) and **rules** (``@may``: what they may do
with what they see, ``rules.py``). ``viewer.py`` says what somebody is today.
Nothing written, nothing allowed. Rules of time and state are in the verbs, not here.
"""

from school.policy.access import Access, admits
from school.policy.rules import above, allows, appoints, edits, imports, responds, writes_for_school, writes_posts
from school.policy.sight import find, published, scope, visible_posts
from school.policy.viewer import Viewer, roles_among, roles_of, viewer

__all__ = [
    "Access", "Viewer", "above", "admits", "allows", "appoints", "edits", "find", "imports", "published", "responds",
    "roles_among", "roles_of", "scope", "viewer", "visible_posts", "writes_for_school", "writes_posts",
]  # fmt: skip

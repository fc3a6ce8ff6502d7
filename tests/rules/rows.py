"""The rows of the access matrix: who may open or do what, one row an address and a kind of thing behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.cast import EVERYBODY

# ── who is who ──────────────────────────────────────────────────────────────────────────────────────────────────────

OUT = frozenset({"stranger", "deactivated"})
"""Nobody is behind these requests: no session, or one of an account that was closed."""
IN = frozenset(EVERYBODY) - OUT
STAFF = frozenset(
    [
        "teacher",
        "duo",
        "other_teacher",
        "substitute",
        "past_substitute",
        "specialist",
        "care",
        "office",
        "director",
        "admin",
        "teacher_parent",
    ]
)
"""Not ``former_teacher``: his role ended yesterday."""
WRITERS_OF_FIVE = frozenset({"teacher", "duo", "substitute"})
FAMILIES_OF_FIVE = frozenset(["parent", "mother", "father", "granted", "exception", "newcomer", "teacher_parent"])
READERS_OF_FIVE = WRITERS_OF_FIVE | FAMILIES_OF_FIVE | {"specialist", "care", "office", "director"}
SEE_NOTHING = frozenset({"former_teacher", "no_authority", "removed", "blocked", "lapsed", "leaver"})
GUARDIANS = FAMILIES_OF_FIVE | {"other_parent", "mover", "leaver", "invited"}
"""With a road to a child that is open today, whatever it leads to."""
EDITORS = WRITERS_OF_FIVE | {"director"}
WRITERS = WRITERS_OF_FIVE | {"other_teacher", "teacher_parent", "office", "director"}
UNSEEING_STAFF = STAFF - READERS_OF_FIVE
MANAGEMENT = frozenset({"office", "director", "admin"})
ADMINS = frozenset({"director", "admin"})


@dataclass(frozen=True)
class Row:
    rule: str
    url: str = ""
    """With the scene's ids: ``{post}`` is a published post for group 5 by ``teacher``."""
    may: Iterable[str] = IN
    hidden: Iterable[str] = ()
    data: dict[str, Any] = field(default_factory=dict)
    ok: tuple[int, ...] = (200,)
    """What the ones who may are answered."""

    @property
    def method(self) -> str:
        return self.rule.split()[0]

    def expected(self, key: str) -> str:
        if key in OUT:
            return "login"
        return "in" if key in self.may else "hidden" if key in self.hidden else "refused"


def page(rule: str, url: str = "", may: Iterable[str] = IN, hidden: Iterable[str] = (), **more: Any) -> Row:
    return Row(f"GET {rule}", url or rule, may, hidden, **more)


def act(rule: str, url: str = "", may: Iterable[str] = IN, hidden: Iterable[str] = (), **more: Any) -> Row:
    return Row(f"POST {rule}", url or rule, may, hidden, **{"ok": (200, 204, 303), **more})


POST, DRAFT, PLANNED, GONE = "/posts/{post}", "/posts/{draft}", "/posts/{planned}", "/posts/{gone}"
UNSEEN = IN - READERS_OF_FIVE
"""For whom the post for group 5 does not exist."""

REQUEST = "/access-requests/{request}"
SEE_REQUEST = WRITERS_OF_FIVE | MANAGEMENT | {"parent"}

ROWS = [
    # the timeline and what anybody may read
    page("/timeline"),
    page("/timeline", "/timeline?group={five}", STAFF | FAMILIES_OF_FIVE | {"mover", "leaver"}, IN),
    page("/timeline", "/timeline?child={noor}",
         WRITERS_OF_FIVE | MANAGEMENT | {"specialist", "care", "parent", "granted", "exception"}, IN),
    page("/timeline", "/timeline?before={post}", READERS_OF_FIVE, UNSEEN),
    page("/posts/<post_id>", POST, READERS_OF_FIVE, UNSEEN),
    page("/posts/<post_id>", "/posts/{school}", STAFF | GUARDIANS - SEE_NOTHING, SEE_NOTHING),
    page("/posts/<post_id>", DRAFT, {"teacher"}, IN),
    page("/posts/<post_id>", PLANNED, EDITORS, IN),
    page("/posts/<post_id>", GONE, {"teacher", "director"}, IN),
    page("/photos/<photo_id>/<size>", "/photos/{photo}/small", READERS_OF_FIVE, UNSEEN),
    page("/photos/<photo_id>/<size>", "/photos/{photo}/large", READERS_OF_FIVE, UNSEEN),
    page("/photos/<photo_id>/<size>", "/photos/{gone_photo}/small", {"teacher", "director"}, IN),
    page("/documents/<document_id>", "/documents/{document}", READERS_OF_FIVE, UNSEEN),
    # what readers do
    act("/posts/<post_id>/reaction", POST + "/reaction", READERS_OF_FIVE, UNSEEN, data={"on": "1"}),
    act("/posts/<post_id>/comments", POST + "/comments", READERS_OF_FIVE, UNSEEN, data={"body": "Mooi!"}),
    act("/posts/<post_id>/comments", "/posts/{closed}/comments", (), UNSEEN, data={"body": "Mooi!"}),
    act("/posts/<post_id>/confirmation", POST + "/confirmation", FAMILIES_OF_FIVE, UNSEEN & GUARDIANS),
    act("/comments/<comment_id>/removal", "/comments/{comment}/removal", EDITORS | {"parent"}, UNSEEN),
    act("/comments/<comment_id>/removal", "/comments/{gone_comment}/removal", {"director"}, IN - {"teacher"}),
    act("/reads", data={"posts": "{post},{draft}"}, ok=(204,)),
    # writing
    page("/posts", may=STAFF),
    act("/posts", may=WRITERS),
    page("/posts/<post_id>/edit", POST + "/edit", EDITORS, UNSEEING_STAFF),
    page("/posts/<post_id>/edit", DRAFT + "/edit", {"teacher"}, STAFF),
    page("/posts/<post_id>/edit", PLANNED + "/edit", EDITORS, STAFF),
    page("/posts/<post_id>/edit", GONE + "/edit", (), STAFF - {"teacher", "director"}),
    page("/posts/<post_id>/audience", POST + "/audience?groups={five}", EDITORS, UNSEEING_STAFF),
    page("/posts/<post_id>/readers", POST + "/readers", EDITORS | {"specialist", "care", "office"}, UNSEEING_STAFF),
    act("/posts/<post_id>", POST, EDITORS, UNSEEING_STAFF, data={"title": "Anders", "body": "Anders", "kind": "news"}),
    act("/posts/<post_id>", DRAFT, {"teacher"}, STAFF, data={"title": "Anders", "kind": "news"}),
    act("/posts/<post_id>/publication", DRAFT + "/publication", {"teacher"}, STAFF,
        data={"title": "Nu", "body": "Nu", "kind": "news", "when": "now"}, ok=(422,)),
    act("/posts/<post_id>/publication", PLANNED + "/publication", EDITORS, STAFF,
        data={"title": "Nu", "body": "Nu", "kind": "news", "when": "now"}, ok=(422,)),
    act("/posts/<post_id>/withdrawal", POST + "/withdrawal", EDITORS, UNSEEING_STAFF),
    act("/posts/<post_id>/withdrawal", DRAFT + "/withdrawal", {"teacher"}, STAFF, ok=(303, 204, 422)),
    act("/posts/<post_id>/pin", POST + "/pin", EDITORS, UNSEEING_STAFF, data={"on": "1"}),
    act("/posts/<post_id>/removal", DRAFT + "/removal", {"teacher"}, STAFF),
    act("/posts/<post_id>/removal", POST + "/removal", (), UNSEEING_STAFF),
    act("/posts/<post_id>/photos", POST + "/photos", EDITORS, UNSEEING_STAFF, data={"empty": "1"}, ok=(422,)),
    act("/posts/<post_id>/documents", POST + "/documents", EDITORS, UNSEEING_STAFF, data={"empty": "1"}, ok=(422,)),
    act("/posts/<post_id>/photos/order", POST + "/photos/order", EDITORS, UNSEEING_STAFF, data={"order": "{photo}"}),
    act("/photos/<photo_id>", "/photos/{photo}", EDITORS, UNSEEING_STAFF, data={"caption": "Een blad"}),
    act("/photos/<photo_id>/removal", "/photos/{photo}/removal", EDITORS, UNSEEING_STAFF, ok=(307,)),
    act("/documents/<document_id>/removal", "/documents/{document}/removal", EDITORS, UNSEEING_STAFF, ok=(307,)),
    # oneself
    page("/account"),
    page("/children"),
    page("/conversations"),
    page("/absences"),
    page("/calendar"),
    page("/more"),
    act("/account/language", data={"language": "en"}),
    act("/account/password", data={"current": "not it", "password": "not it"}, ok=(422,)),
    act("/account/devices/removal"),
    act("/account/devices/<session_id>/removal", "/account/devices/{session}/removal", {"parent"}, IN),
    # access for somebody else
    page("/access-requests"),
    page("/access-requests/new"),
    page("/access-requests/new", "/access-requests/new?pupil={noor}",
         WRITERS_OF_FIVE | MANAGEMENT | {"specialist", "care", "parent", "granted", "exception"}, IN),
    act("/access-requests", data={"first_name": ""}, ok=(422,)),
    act("/access-requests", data={"pupil": "{noor}", "children": "{noor}", "kind": "guardian", "first_name": "Karim",
                                  "last_name": "Amrani", "relation": "vader"},
        may=WRITERS_OF_FIVE | MANAGEMENT | {"specialist", "care", "parent", "granted", "exception"}, hidden=IN,
        ok=(303, 204, 422)),
    page("/access-requests/<request_id>", REQUEST, SEE_REQUEST, IN),
    act("/access-requests/<request_id>/withdrawal", REQUEST + "/withdrawal", {"parent"}, IN - SEE_REQUEST),
    act("/access-requests/<request_id>/agreement", REQUEST + "/agreement", WRITERS_OF_FIVE,
        STAFF - SEE_REQUEST),
    act("/access-requests/<request_id>/approval", REQUEST + "/approval", {"director"}, ok=(422,)),
    act("/access-requests/<request_id>/approval", "/access-requests/{other_request}/approval",
        {"office", "director"}, data={"authority": "yes"}),
    act("/access-requests/<request_id>/refusal", REQUEST + "/refusal", {"director"}, data={"answer": "Nee."}),
    act("/access-requests/<request_id>/refusal", "/access-requests/{other_request}/refusal",
        {"office", "director"}, data={"answer": "Nee."}),
    # own data
    act("/account/proposals", data={"first_name": ""}, ok=(422,)),
    act("/account/proposals/<proposal_id>/withdrawal", "/account/proposals/{proposal}/withdrawal", {"parent"},
        IN - MANAGEMENT),
    page("/admin/proposals", may=MANAGEMENT),
    act("/admin/proposals/<proposal_id>/acceptance", "/admin/proposals/{proposal}/acceptance", MANAGEMENT),
    act("/admin/proposals/<proposal_id>/acceptance", "/admin/proposals/{director_proposal}/acceptance", ADMINS,
        ok=(204, 303, 422)),  # about oneself somebody else answers
    act("/admin/proposals/<proposal_id>/refusal", "/admin/proposals/{proposal}/refusal", MANAGEMENT,
        data={"answer": "Nee."}),
    page("/account/confirmation"),
    act("/account/confirmation", data={"password": "not it"}, ok=(422,)),
]  # fmt: skip

FOR_ALL = {
    # addresses that answer everybody alike, with what a stranger is answered
    "GET /": 303,
    "GET /login": 200,
    "POST /login": 422,
    "POST /logout": 303,
    "POST /demo-login": 404,
    "GET /password/forgotten": 200,
    "POST /password/forgotten": 422,
    "GET /password/new/<token>": 404,
    "POST /password/new/<token>": 404,
    "GET /invitation": 200,
    "GET /uitnodiging": 303,
    "POST /invitation": 422,
    "GET /invitation/<token>": 404,
    "POST /invitation/<token>": 404,
    "POST /invitation/renewal": 200,
    "GET /setup": 404,
    "POST /setup": 404,
    "GET /setup/school": 404,
    "POST /setup/school": 404,
    "GET /setup/progress": 200,
    "GET /healthz": 200,
    "GET /static/<version>/<path:path>": 404,
    "GET /accent/<int:hue>.css": 200,
    "GET /logo/<public_id>": 404,
    "GET /manifest.webmanifest": 200,
    "GET /sw.js": 200,
    "GET /offline": 200,
    "GET /robots.txt": 200,
}

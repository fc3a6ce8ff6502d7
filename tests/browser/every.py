"""The pages of the program as somebody opens them: what each test of "every page" walks through."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import Place, Visit
from tests.browser.files import bring
from tests.browser.visitor import Visitor


@dataclass(frozen=True)
class Sight:
    name: str
    who: str
    """Of the cast; nobody for a stranger."""
    path: str
    """``{album}`` is the address of the post with that name in the seed, ``{album_id}`` its id."""
    status: int = 200
    then: Callable[[Page], object] | None = None
    """What is done before it is looked at."""

    def open(self, visit: Visit, place: Place, **options: object) -> Visitor:
        visitor = visit(self.who, **options)
        ids = {f"{name}_id": address.rpartition("/")[2] for name, address in place.posts.items()}
        visitor.goto(self.path.format(**place.posts, **ids), self.status)
        visitor.page.wait_for_load_state("networkidle")
        if self.then:
            self.then(visitor.page)
        return visitor


def open_viewer(page: Page) -> None:
    page.locator("[data-viewer] a[data-index]").first.click()
    expect(page.locator(".pswp--open")).to_be_visible()
    expect(page.locator(".pswp__caption, .viewer__caption").first).to_be_attached()


def open_menu(page: Page) -> None:
    page.locator(".post__menu > summary").click()
    page.get_by_text("Intrekken", exact=True).click()


def fail_login(page: Page) -> None:
    page.get_by_label("E-mailadres").fill("niemand@school.example")
    page.locator("#password").fill("niet het goede wachtwoord")
    with page.expect_navigation():
        page.get_by_role("button", name="Inloggen").click()


def publish_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.locator(".audience__publish").click()


def open_words(page: Page) -> None:
    page.locator(".snap__summary").first.click()
    page.get_by_text("Later plaatsen").click()


def follow(page: Page, link: str) -> None:
    with page.expect_navigation():
        page.locator(link).first.click()


SIGHTS = (
    Sight("login", "", "/login"),
    Sight("login-wrong", "", "/login", then=fail_login),
    Sight("forgotten", "", "/password/forgotten"),
    Sight("not-found", "", "/nothing-here", 404),
    Sight("forbidden", "parent", "/admin", 403),
    Sight("offline", "", "/offline"),
    Sight("timeline", "parent", "/timeline"),
    Sight("timeline-older", "parent", "/timeline?before={plain_id}"),
    Sight("timeline-found", "parent", "/timeline?q=schapen"),
    Sight("timeline-nothing", "parent", "/timeline?q=xyzzy"),
    Sight("post", "parent", "{lively}"),
    Sight("post-album", "parent", "{album}"),
    Sight("post-long", "parent", "{read_on}"),
    Sight("post-arabic", "parent", "{arabic}"),
    Sight("post-help", "parent", "{help}"),
    Sight("post-must-read", "mother", "{school}"),
    Sight("viewer", "parent", "{album}", then=open_viewer),
    Sight("children", "parent", "/children"),
    Sight("absences", "parent", "/absences"),
    Sight("conversations", "parent", "/conversations"),
    Sight("calendar", "parent", "/calendar"),
    Sight("more", "parent", "/more"),
    Sight("account", "parent", "/account"),
    Sight("teacher-timeline", "teacher", "/timeline"),
    Sight("teacher-post", "teacher", "{lively}", then=open_menu),
    Sight("drafts", "teacher", "/posts"),
    Sight("scheduled", "teacher", "{scheduled}"),
    Sight("withdrawn", "teacher", "{withdrawn}"),
    Sight("compose", "teacher", "{draft}/edit", then=open_words),
    Sight("compose-empty", "duo", "/posts", then=lambda page: _begin(page)),
    Sight("compose-wrong", "substitute", "/posts", then=lambda page: (_begin(page), publish_nothing(page))),
    Sight("edit", "teacher", "{album}/edit"),
    Sight("readers", "director", "{school}/readers"),
    Sight("readers-must", "teacher", "{must_0}/readers"),
    Sight("director-timeline", "director", "/timeline"),
    Sight("office-timeline", "office", "/timeline"),
    Sight("admin", "admin", "/admin"),
    Sight("admin-people", "admin", "/admin/people?q=bakker"),
    Sight("admin-school", "admin", "/admin/school"),
    Sight("admin-jobs", "admin", "/admin/jobs"),
    Sight("admin-outbox", "admin", "/admin/outbox"),
    Sight("admin-audit", "admin", "/admin/audit"),
    Sight("admin-pupils", "office", "/admin/pupils"),
    Sight("admin-pupil", "director", "/admin/pupils", then=lambda page: follow(page, "a.table__link")),
    Sight("admin-pupil-new", "office", "/admin/pupils/new"),
    Sight("admin-person", "director", "/admin/people?q=noor", then=lambda page: follow(page, "a.table__link")),
    Sight("admin-person-new", "admin", "/admin/people/new"),
    Sight("admin-groups", "office", "/admin/groups"),
    Sight("admin-group", "office", "/admin/groups", then=lambda page: follow(page, "main .card a")),
    Sight("admin-group-new", "office", "/admin/groups/new"),
    Sight("admin-rollover", "director", "/admin/rollover"),
    Sight("admin-rehearsal", "director", "/admin/rollover/rehearsal"),
    Sight("admin-imports", "office", "/admin/imports"),
    Sight("admin-import", "office", "/admin/imports", then=lambda page: bring(page, "edexml")),
    Sight("admin-import-asks", "office", "/admin/imports", then=lambda page: bring(page, "guardians")),
    Sight("admin-invitations", "office", "/admin/invitations"),
    Sight("admin-letters", "office", "/admin/invitations/letters?all=1"),
    Sight("invitation", "", "/invitation"),
    Sight("invitation-gone", "", "/invitation/22222-22222", 404),
    Sight("access-requests", "parent", "/access-requests"),
    Sight("access-request-new", "parent", "/access-requests/new"),
    Sight("confirmation", "admin", "/account/confirmation"),
)


def _begin(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form[action='/posts'] button").first.click()
    expect(page).to_have_url(re.compile("/edit$"))


def sight(name: str) -> Sight:
    return next(one for one in SIGHTS if one.name == name)

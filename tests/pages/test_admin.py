"""The administration: settings seen at once, who is who, mails, jobs and the log."""

from __future__ import annotations

import pytest

from school import audit, outbox, settings
from school.lib.db import writing
from tests.cast import Cast
from tests.client import ClientOf


def test_settings_are_changed_and_seen_at_once(cast: Cast, client_of: ClientOf) -> None:
    admin = client_of(cast.admin)
    admin.get("/admin/school")
    answer = admin.press("/admin/school", name="De Nieuwe Proef", short_name="Nieuw", own_hue="12", region="noord")
    assert answer.location == "/admin/school"
    page = admin.follow(answer).text
    assert "Nieuw" in page
    assert "/accent/12.css" in page
    assert "De instellingen zijn bewaard" in page
    admin.press("/admin/school", name="")
    assert settings.school().name == "De Nieuwe Proef"  # type: ignore[union-attr]


@pytest.mark.parametrize("key", ["director", "admin"])
@pytest.mark.parametrize(
    "path", ["", "/people", "/people?q=bakker", "/people?q=nobody", "/school", "/outbox", "/jobs", "/audit"]
)
def test_every_page_of_the_administration_is_whole(cast: Cast, client_of: ClientOf, key: str, path: str) -> None:
    with writing():
        outbox.put("password_reset", cast.parent)
        audit.note(cast.parent, "asked for a new password", cast.parent)
    assert client_of(getattr(cast, key)).get(f"/admin{path}").status_code == 200


def test_the_list_of_people_is_searched_without_accents(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.office).get("/admin/people?q=yilmaz").text
    assert "Deniz Yılmaz" in page
    assert "Anna Bakker" not in page
    assert "Anna Bakker" in client_of(cast.office).get("/admin/people?q=noor").text


def test_the_log_goes_back_page_by_page(cast: Cast, client_of: ClientOf) -> None:
    with writing():
        for _each in range(60):
            audit.note(cast.teacher, "logged in", cast.teacher)
    admin = client_of(cast.admin)
    first = admin.get("/admin/audit").text
    assert first.count("logde in") == 50
    assert admin.get("/admin/audit?before=11").text.count("logde in") == 10
    assert admin.get("/admin/audit?before=nonsense").status_code == 200

"""Writing a post: kept while typing, shown for whom before it goes, and nothing typed is ever lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from school import feed
from school.feed import Post
from school.lib import clock
from school.lib.db import db
from tests import factories
from tests.cast import Cast
from tests.client import HTMX, Client, ClientOf


@pytest.fixture
def teacher(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast.teacher)


def begin(browser: Client) -> str:
    """Starts a post as people do, with the button on the timeline; returns its address."""
    browser.get("/timeline")
    answer = browser.press("/posts")
    browser.follow(answer)
    return str(answer.location.removesuffix("/edit"))


def found(url: str) -> Post:
    db.session.rollback()
    return db.session.query(Post).filter_by(public_id=url.rpartition("/")[2]).one()


def test_from_the_button_to_the_parents(cast: Cast, teacher: Client, client_of: ClientOf) -> None:
    url = begin(teacher)
    assert "Plaats voor 4 gezinnen van groep 5" in teacher.page.text  # type: ignore[union-attr]
    answer = teacher.press(f"{url}/publication", title="Naar het bos", body="We zagen een specht.")
    assert answer.location == f"/timeline#post-{url.rpartition('/')[2]}"
    assert "Geplaatst voor groep 5" in teacher.follow(answer).text
    assert "Naar het bos" in client_of(cast.parent).get("/timeline").text
    assert "Naar het bos" not in client_of(cast.other_parent).get("/timeline").text


def test_saving_keeps_a_draft(teacher: Client) -> None:
    url = begin(teacher)
    answer = teacher.press(url, title="Half", body="Nog niet af")
    assert answer.location == f"{url}/edit"
    page = teacher.follow(answer).text
    assert "Nog niet af" in page
    assert "Bewaard als concept" in page
    assert "Half" in teacher.get("/posts").text
    assert found(url).status == "draft"


def test_scripts_save_with_a_short_answer(teacher: Client) -> None:
    url = begin(teacher)
    answer = teacher.post(url, {"title": "Half", "kind": "news"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert re.fullmatch(r"\d{1,2}\.\d\d", answer.json["saved"])
    too_long = teacher.post(url, {"title": "x" * 121, "kind": "news"}, headers={"X-Autosave": "1"})
    assert too_long.status_code == 422
    assert too_long.json
    assert found(url).title == "Half"


def test_a_script_that_is_logged_out_is_told(cast: Cast, client: Client, teacher: Client) -> None:
    url = begin(teacher)
    client.get("/login")
    answer = client.post(url, {"title": "x"}, headers={"X-Autosave": "1"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/login")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "Geef het bericht een titel"),
        ({"body": ""}, "Schrijf iets of voeg een foto toe"),
        ({"title": "x" * 121}, "121"),
        ({"kind": "rumour"}, ""),
        ({"when": "later"}, "Kies de dag"),
        ({"when": "later", "publish_day": "2020-01-01", "publish_time": "08:00"}, "nog moet komen"),
        ({"when": "later", "publish_day": "no day", "publish_time": "08:00"}, ""),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(teacher: Client, changes: dict[str, str], words: str) -> None:
    url = begin(teacher)
    fields = {"title": "Naar het bos", "body": "We zagen een specht.", **changes}
    answer = teacher.press(f"{url}/publication", **fields)
    assert answer.status_code == 422
    assert words in answer.text or len(fields["title"]) > 120
    assert fields["title"] in answer.text
    assert fields["body"] in answer.text
    assert found(url).status == "draft"


def test_numbers_that_were_not_shown_are_shown_first(cast: Cast, client_of: ClientOf) -> None:
    """Without scripts the groups can be changed after the button was drawn: then nothing goes out yet."""
    director = client_of(cast.director)
    url = begin(director)
    first = director.press(
        f"{url}/publication", title="Hallo", body="Zes", whole_school=None, groups=[cast.six.public_id]
    )
    assert first.status_code == 422
    assert "De keuze van groepen is veranderd" in first.text
    assert found(url).status == "draft"
    director.get(f"{url}/edit")
    assert director.press(f"{url}/publication").status_code == 303
    assert [group.name for group in found(url).groups] == ["6"]


def test_scheduling_from_the_form(cast: Cast, teacher: Client, client_of: ClientOf) -> None:
    url = begin(teacher)
    day = clock.today() + timedelta(days=3)
    answer = teacher.press(
        f"{url}/publication", title="Straks", body="x", when="later", publish_day=day.isoformat(), publish_time="07:30"
    )
    assert answer.location == "/posts"
    assert "Straks" in teacher.follow(answer).text
    assert found(url).publish_at == clock.at(day, 7, 30)
    assert client_of(cast.parent).get(url).status_code == 404
    assert "Straks" in client_of(cast.duo).get("/posts").text


@pytest.mark.parametrize("key", ["teacher", "duo", "substitute"])
def test_nobody_writes_for_somebody_elses_group(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser = client_of(getattr(cast, key))
    url = begin(browser)
    page = browser.page.text  # type: ignore[union-attr]
    assert cast.six.public_id not in page
    assert 'name="whole_school"' not in page
    browser.press(url, title="x", groups=[cast.six.public_id], whole_school="y")
    assert "6" not in [group.name for group in found(url).groups]
    assert not found(url).whole_school


@pytest.mark.parametrize("key", ["director", "office"])
def test_the_whole_school_is_written_to_by_director_and_office(cast: Cast, client_of: ClientOf, key: str) -> None:
    browser = client_of(getattr(cast, key))
    url = begin(browser)
    assert browser.press(f"{url}/publication", title="Allen", body="x").status_code == 303
    assert found(url).whole_school
    assert "Allen" in client_of(cast.other_parent).get("/timeline").text


def test_who_gets_it_is_counted_while_choosing(cast: Cast, client_of: ClientOf) -> None:
    director = client_of(cast.director)
    url = begin(director)
    for query, words in (
        (f"groups={cast.five.public_id}", "4 gezinnen"),
        (f"groups={cast.five.public_id},{cast.six.public_id}", "groep 5 en groep 6"),
        ("whole_school=1", "de hele school"),
        ("", "Nog niemand"),
    ):
        answer = director.get(f"{url}/audience?{query}", headers=HTMX)
        assert words in answer.text
        assert "<html" not in answer.text


def test_a_change_of_a_published_post(cast: Cast, teacher: Client) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Eerst")
    url = f"/posts/{post.public_id}"
    teacher.get(f"{url}/edit")
    assert teacher.press(url, title="Anders", groups=[cast.six.public_id]).status_code == 422
    teacher.get(f"{url}/edit")
    answer = teacher.press(url, title="Beter")
    page = teacher.follow(answer).text
    assert "Beter" in page
    assert "aangepast" in page
    assert [group.name for group in found(url).groups] == ["5"]


def test_a_colleague_goes_on_with_a_scheduled_post(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five], status="scheduled")
    duo = client_of(cast.duo)
    duo.get(f"/posts/{post.public_id}/edit")
    assert duo.press(f"/posts/{post.public_id}/publication").location == "/posts"
    duo.get(f"/posts/{post.public_id}/edit")
    assert duo.press(f"/posts/{post.public_id}/publication", when="now").status_code == 303
    assert found(f"/posts/{post.public_id}").author_id == cast.teacher.id


def test_publishing_twice_publishes_once(cast: Cast, teacher: Client) -> None:
    url = begin(teacher)
    sent = {"title": "Eén keer", "body": "x"}
    assert teacher.press(f"{url}/publication", **sent).status_code == 303
    moment = found(url).published_at
    teacher.get(f"{url}/edit")
    teacher.post(f"{url}/publication", {**sent, "kind": "news", "when": "now"})
    assert found(url).published_at == moment


def test_pinning_from_the_menu(cast: Cast, teacher: Client) -> None:
    post = factories.post(cast.teacher, [cast.five])
    url = f"/posts/{post.public_id}"
    teacher.get(url)
    assert teacher.post(f"{url}/pin", {"on": "1"}).location == url
    assert "Vastgezet" in teacher.get(url).text
    teacher.post(f"{url}/pin", {"on": "0"})
    assert "Vastgezet" not in teacher.get(url).text


def test_removing_a_draft_takes_its_files_along(cast: Cast, teacher: Client) -> None:
    post = factories.post(cast.teacher, [cast.five], status="draft")
    photo_id = factories.photo(post).public_id
    store = teacher.application.extensions["media"]
    assert store.find(photo_id, "small.webp").exists()
    teacher.get("/account")
    assert teacher.post(f"/posts/{post.public_id}/removal").location == "/posts"
    assert db.session.query(Post).count() == 0
    with pytest.raises(FileNotFoundError):
        store.find(photo_id, "small.webp")


def test_goals_have_their_month(cast: Cast, teacher: Client, client_of: ClientOf) -> None:
    url = begin(teacher)
    month = clock.today().replace(day=1)
    answer = teacher.press(f"{url}/publication", title="Rekenen", body="x", kind="goals", goals_month=month.isoformat())
    assert answer.status_code == 303
    assert found(url).goals_month == month
    assert "Doelen van" in client_of(cast.parent).get(url).text


def test_captions_are_kept_with_the_form(cast: Cast, teacher: Client) -> None:
    post = factories.post(cast.teacher, [cast.five], status="draft")
    photo = factories.photo(post)
    teacher.get(f"/posts/{post.public_id}/edit")
    teacher.press(
        f"/posts/{post.public_id}", **{f"caption-{photo.public_id}": "Een blad", f"alt-{photo.public_id}": "Groen"}
    )
    db.session.rollback()
    assert (photo.caption, photo.alt) == ("Een blad", "Groen")


def test_who_writes_nothing_is_offered_nothing(cast: Cast, client_of: ClientOf) -> None:
    for key in ("specialist", "care", "admin", "past_substitute", "parent"):
        browser = client_of(getattr(cast, key))
        assert 'action="/posts"' not in browser.get("/timeline").text
    assert feed.any_due() is False

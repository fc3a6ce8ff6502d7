"""Reading: what stands on the timeline, in which order, and what readers do there. All of it without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from school import feed, marks
from school.feed import Post, Reaction, ReadReceipt
from school.guardians import Guardianship
from school.lib import clock
from school.lib.db import db, writing
from tests import factories
from tests.cast import Cast
from tests.client import HTMX, Client, ClientOf

TITLE = re.compile(r'<a href="/posts/[a-z0-9]{11}">([^<]+)</a></h3>')


def titles(text: str) -> list[str]:
    return TITLE.findall(text)


def many(cast: Cast, number: int, **more: object) -> list[Post]:
    return [
        factories.post(cast.teacher, [cast.five], title=f"Bericht {index}", days_ago=index / 100, **more)
        for index in range(number)
    ]


# ── the list ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_newest_first_and_twenty_at_a_time(cast: Cast, client_of: ClientOf) -> None:
    many(cast, 45)
    browser, seen, url = client_of(cast.parent), [], "/timeline"
    pages = 0
    while url:
        answer = browser.get(url)
        seen += titles(answer.text)
        older = re.search(r'id="older" class="older" href="([^"]+)"', answer.text)
        url = older[1] if older else ""
        pages += 1
    assert pages == 3
    assert seen == [f"Bericht {index}" for index in range(45)]
    assert "Je hebt alles gezien" in answer.text


def test_nothing_is_lost_or_doubled_while_others_write(cast: Cast, client_of: ClientOf) -> None:
    many(cast, 30)
    browser = client_of(cast.parent)
    first = browser.get("/timeline").text
    factories.post(cast.teacher, [cast.five], title="Net geplaatst")
    older = re.search(r'id="older" class="older" href="([^"]+)"', first)
    assert older is not None
    second = browser.get(older[1]).text
    assert titles(first) + titles(second) == [f"Bericht {index}" for index in range(30)]


def test_posts_of_one_moment_are_all_shown(cast: Cast, client_of: ClientOf) -> None:
    posts = many(cast, 25)
    with writing():
        for post in posts:
            post.published_at = posts[0].published_at
    browser = client_of(cast.parent)
    first = browser.get("/timeline").text
    older = re.search(r'id="older" class="older" href="([^"]+)"', first)
    assert older is not None
    assert len(set(titles(first) + titles(browser.get(older[1]).text))) == 25


def test_pinned_posts_stand_on_top_once_and_not_in_filters(cast: Cast, client_of: ClientOf) -> None:
    posts = many(cast, 25)
    with writing():
        feed.pin(posts[22])
    browser = client_of(cast.parent)
    first = browser.get("/timeline").text
    assert titles(first)[0] == "Bericht 22"
    assert titles(first).count("Bericht 22") == 1
    assert titles(browser.get("/timeline?kind=news").text)[0] == "Bericht 0"


def test_somebody_elses_page_mark_is_not_there(cast: Cast, client_of: ClientOf) -> None:
    other = factories.post(cast.other_teacher, [cast.six])
    assert client_of(cast.parent).get(f"/timeline?before={other.public_id}").status_code == 404


def test_filters(cast: Cast, client_of: ClientOf) -> None:
    factories.post(cast.teacher, [cast.five], title="Doelen", kind="goals", days_ago=0.1)
    factories.post(cast.other_teacher, [cast.six], title="Zes", days_ago=0.2)
    factories.post(cast.director, title="Allemaal", days_ago=0.3)
    director, both = client_of(cast.director), client_of(cast.teacher_parent)
    assert titles(director.get("/timeline").text) == ["Doelen", "Zes", "Allemaal"]
    assert titles(director.get(f"/timeline?group={cast.six.public_id}").text) == ["Zes"]
    assert titles(director.get("/timeline?kind=goals").text) == ["Doelen"]
    assert titles(director.get("/timeline?kind=rumour").text) == ["Doelen", "Zes", "Allemaal"]
    assert titles(both.get(f"/timeline?child={cast.child('Storm').public_id}").text) == ["Doelen", "Allemaal"]
    assert titles(both.get("/timeline?q=ZES").text) == ["Zes"]
    empty = director.get("/timeline?q=nergens")
    assert titles(empty.text) == []
    assert "Niets gevonden" in empty.text


@pytest.mark.parametrize("query", ["%", "_", '"', "'", "\\", "a OR b", "*", "(", "é" * 200, "<b>", "\x00"])
def test_any_query_has_an_answer(cast: Cast, client_of: ClientOf, query: str) -> None:
    many(cast, 1)
    assert client_of(cast.parent).get("/timeline", query_string={"q": query}).status_code == 200


def test_a_search_finds_nothing_of_others(cast: Cast, client_of: ClientOf) -> None:
    factories.post(cast.other_teacher, [cast.six], title="Geheim van zes", body="kampvuur")
    assert titles(client_of(cast.parent).get("/timeline?q=kampvuur").text) == []


def test_the_timeline_of_nobody_says_what_to_do(cast: Cast, client_of: ClientOf) -> None:
    assert "Hier staat nog niets" in client_of(cast.parent).get("/timeline").text
    assert "Plaats het eerste bericht" in client_of(cast.teacher).get("/timeline").text


def test_each_sees_their_own_morning(cast: Cast, client_of: ClientOf) -> None:
    parent, teacher, director = (
        client_of(person).get("/timeline").text for person in (cast.parent, cast.teacher, cast.director)
    )
    assert "Noor" in parent
    assert "Nieuw bericht" not in parent
    assert "Vandaag in groep 5" in teacher
    assert "Deze week" in director
    assert "Deze week" not in teacher


def test_a_get_by_htmx_is_the_whole_page(cast: Cast, client_of: ClientOf) -> None:
    assert "<h1" in client_of(cast.parent).get("/timeline", headers=HTMX).text


# ── new and read ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_a_post_reads_it(cast: Cast, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five])
    browser = client_of(cast.parent)
    assert "data-unread" in browser.get("/timeline").text
    assert "1 nieuw bericht" in browser.get("/more").text
    browser.get(f"/posts/{post.public_id}")
    assert "data-unread" not in browser.get("/timeline").text
    assert "nieuw bericht" not in browser.get("/more").text
    marks.write()
    db.session.rollback()
    assert db.session.query(ReadReceipt).one().person_id == cast.parent.id


def test_reads_count_only_what_somebody_may_see(cast: Cast, client_of: ClientOf) -> None:
    mine, other = factories.post(cast.teacher, [cast.five]), factories.post(cast.teacher, [cast.six])
    browser = client_of(cast.parent)
    browser.get("/timeline")
    sent = f"{mine.public_id},{other.public_id},nonsense,,"
    assert browser.post("/reads", {"posts": sent}).status_code == 204
    marks.write()
    db.session.rollback()
    assert [receipt.post_id for receipt in db.session.query(ReadReceipt)] == [mine.id]


# ── hearts, comments, confirmations ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def post(cast: Cast) -> Post:
    return factories.post(cast.teacher, [cast.five], title="Naar het bos")


@pytest.fixture
def parent(cast: Cast, client_of: ClientOf) -> Client:
    browser = client_of(cast.parent)
    browser.get("/account")
    return browser


def test_a_heart_without_scripts_leads_back(post: Post, parent: Client) -> None:
    parent.get(f"/posts/{post.public_id}")
    answer = parent.post(f"/posts/{post.public_id}/reaction", {"on": "1"})
    assert answer.location == f"/posts/{post.public_id}"
    answer = parent.post(
        f"/posts/{post.public_id}/reaction", {"on": "1"}, headers={"Referer": "http://localhost/timeline"}
    )
    assert answer.location == f"/timeline#post-{post.public_id}"
    assert db.session.query(Reaction).count() == 1


def test_a_heart_by_htmx_is_the_foot_alone(post: Post, parent: Client) -> None:
    answer = parent.htmx(f"/posts/{post.public_id}/reaction", {"on": "1"})
    assert answer.text.lstrip().startswith(f'<footer class="post__foot" id="foot-{post.public_id}"')
    assert 'aria-pressed="true"' in answer.text
    assert 'aria-pressed="false"' in parent.htmx(f"/posts/{post.public_id}/reaction", {"on": "0"}).text


def test_a_comment_without_scripts(post: Post, parent: Client) -> None:
    parent.get(f"/posts/{post.public_id}")
    answer = parent.press(f"/posts/{post.public_id}/comments", body="Wat **leuk** <b>!")
    assert answer.location == f"/posts/{post.public_id}#comments-{post.public_id}"
    page = parent.follow(answer).text
    assert "Wat <strong>leuk</strong> &lt;b&gt;!" in page
    assert "Anna Bakker" in page
    assert "Je reactie staat erbij" in page


def test_a_comment_by_htmx_is_the_list_alone(post: Post, parent: Client) -> None:
    answer = parent.htmx(f"/posts/{post.public_id}/comments", {"body": "Leuk!"})
    assert answer.status_code == 200
    assert f'id="comments-{post.public_id}"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(("body", "words"), [(" ", "Schrijf eerst"), ("x" * 2001, "te lang")])
def test_a_comment_that_is_refused_keeps_its_words(post: Post, parent: Client, body: str, words: str) -> None:
    parent.get(f"/posts/{post.public_id}")
    plain = parent.press(f"/posts/{post.public_id}/comments", body=body)
    scripted = parent.htmx(f"/posts/{post.public_id}/comments", {"body": body})
    for answer in (plain, scripted):
        assert answer.status_code == 422
        assert words in answer.text
        assert body.strip() in answer.text
    assert "<html" in plain.text
    assert "<html" not in scripted.text


def test_a_second_tap_says_so(post: Post, parent: Client) -> None:
    parent.get(f"/posts/{post.public_id}")
    for code in (303, 422):
        assert parent.post(f"/posts/{post.public_id}/comments", {"body": "Leuk!"}).status_code == code
    assert len(feed.comments_of(post)) == 1


def test_no_form_and_no_comment_where_it_is_closed(cast: Cast, parent: Client) -> None:
    closed = factories.post(cast.teacher, [cast.five], comments_open=False)
    page = parent.get(f"/posts/{closed.public_id}").text
    assert "<textarea" not in page
    assert parent.post(f"/posts/{closed.public_id}/comments", {"body": "Toch"}).status_code == 403


def test_removing_a_comment(cast: Cast, post: Post, parent: Client, client_of: ClientOf) -> None:
    said = factories.comment(post, cast.parent, "Niet zo aardig")
    teacher, mother = client_of(cast.teacher), client_of(cast.mother)
    mother.get(f"/posts/{post.public_id}")
    assert mother.post(f"/comments/{said.public_id}/removal").status_code == 403
    teacher.get(f"/posts/{post.public_id}")
    page = teacher.follow(teacher.press(f"/comments/{said.public_id}/removal")).text
    assert "Niet zo aardig" not in page
    assert "Deze reactie is weggehaald" in page
    assert "Niet zo aardig" not in parent.get(f"/posts/{post.public_id}").text


def test_confirming_a_post_that_must_be_read(cast: Cast, parent: Client, client_of: ClientOf) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Schoolreis", must_read=True)
    assert "Te doen" in parent.get("/timeline").text
    answer = parent.press(f"/posts/{post.public_id}/confirmation")
    assert answer.status_code == 303
    assert "Te doen" not in parent.get("/timeline").text
    assert "Je hebt dit gelezen" in parent.htmx(f"/posts/{post.public_id}/confirmation").text
    readers = client_of(cast.teacher).get(f"/posts/{post.public_id}/readers").text
    assert "bevestigd" in readers
    assert "Anna Bakker" in readers
    assert "Maria van den Berg" in readers


def test_names_of_readers_only_where_all_must_read(cast: Cast, post: Post, client_of: ClientOf) -> None:
    with writing():
        feed.see([(post.id, cast.parent.id)])
    page = client_of(cast.teacher).get(f"/posts/{post.public_id}/readers").text
    assert "1 van 7" in page
    assert "Anna Bakker" not in page


def test_what_needs_no_confirmation_gets_none(cast: Cast, post: Post, parent: Client) -> None:
    assert parent.post(f"/posts/{post.public_id}/confirmation").status_code == 403


# ── who counts at this very moment ──────────────────────────────────────────────────────────────────────────────────


def test_what_is_withdrawn_is_gone_at_once(cast: Cast, post: Post, parent: Client, client_of: ClientOf) -> None:
    photo, document = factories.photo(post), factories.document(post)
    paths = [f"/posts/{post.public_id}", f"/photos/{photo.public_id}/small", f"/documents/{document.public_id}"]
    assert [parent.get(path).status_code for path in paths] == [200, 200, 200]
    teacher = client_of(cast.teacher)
    teacher.get(paths[0])
    assert teacher.press(f"/posts/{post.public_id}/withdrawal").location == "/timeline"
    assert [parent.get(path).status_code for path in paths] == [404, 404, 404]
    assert "Naar het bos" not in parent.get("/timeline?q=bos").text
    assert "Ingetrokken" in teacher.get(paths[0]).text


def test_a_road_that_ends_closes_an_open_session(cast: Cast, post: Post, parent: Client) -> None:
    assert parent.get(f"/posts/{post.public_id}").status_code == 200
    with writing():
        db.session.query(Guardianship).filter_by(person_id=cast.parent.id).one().ends_on = clock.today() - timedelta(
            days=1
        )
    assert parent.get(f"/posts/{post.public_id}").status_code == 404
    assert "Naar het bos" not in parent.get("/timeline").text


def test_divorced_parents_know_nothing_of_each_other(cast: Cast, post: Post, client_of: ClientOf) -> None:
    mother = client_of(cast.mother)
    for path in (
        "/timeline",
        f"/posts/{post.public_id}",
        "/children",
        "/account",
        "/conversations",
        "/absences",
        "/more",
    ):
        text = mother.get(path).text
        assert "Frank" not in text
        assert "father@" not in text

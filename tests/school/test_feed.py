"""The life of a post: what each verb does, and what it refuses with which sentence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from school import feed, photos
from school.feed import Comment, Content, Post, Reaction
from school.lib import clock, text
from school.lib.db import db, writing
from school.lib.text import Refused
from tests import factories
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _english(cast: Cast) -> None:
    text.speak("en")


def content(**changes: object) -> Content:
    return Content(**{"title": "Naar het bos", "body": "We zagen een specht.", **changes})  # type: ignore[arg-type]


def draft(cast: Cast, **changes: object) -> Post:
    with writing():
        post = feed.draft(cast.teacher, [cast.five])
        feed.save(post, content(groups=[cast.five], **changes))
        return post


def refusal(verb: object, *args: object) -> Refused:
    with pytest.raises(Refused) as no, writing():
        verb(*args)  # type: ignore[operator]
    return no.value


def test_an_untouched_draft_is_used_again(cast: Cast) -> None:
    with writing():
        first = feed.draft(cast.teacher, [cast.five])
    with writing():
        assert feed.draft(cast.teacher, [cast.five]).id == first.id
        assert feed.draft(cast.duo, [cast.five]).id != first.id


def test_a_draft_with_only_a_photo_is_not_untouched(cast: Cast) -> None:
    with writing():
        first = feed.draft(cast.teacher, [cast.five])
    factories.photo(first)
    with writing():
        assert feed.draft(cast.teacher, [cast.five]).id != first.id


def test_publishing_notes_the_day_of_the_school(cast: Cast) -> None:
    post = draft(cast)
    with writing():
        feed.publish(post)
    assert post.status == "published"
    assert post.published_at is not None
    assert post.published_on == clock.local(post.published_at).date()
    assert post.edited_at is None


def test_publishing_twice_changes_nothing(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five], days_ago=2)
    before = post.published_at
    with writing():
        feed.publish(post)
    assert post.published_at == before


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": " "}, "title", "title"),
        ({"body": " "}, "body", "Write something"),
        ({"groups": []}, "groups", "who this is for"),
    ],
)
def test_what_is_not_whole_is_not_published(cast: Cast, changes: dict[str, object], field: str, words: str) -> None:
    with writing():
        post = feed.draft(cast.teacher, [cast.five])
        feed.save(post, content(**{"groups": [cast.five], **changes}))
    no = refusal(feed.publish, post)
    assert no.field == field
    assert words in no.sentence
    assert post.status == "draft"


def test_a_photo_is_content_enough(cast: Cast) -> None:
    post = draft(cast, body="")
    factories.photo(post)
    with writing():
        feed.publish(post)
    assert post.status == "published"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"kind": "rumour"}, "kind"), ({"title": "x" * 121}, "title"), ({"body": "x" * 20_001}, "body")],
)
def test_what_does_not_fit_is_not_saved(cast: Cast, changes: dict[str, object], field: str) -> None:
    post = draft(cast)
    assert refusal(feed.save, post, content(**changes)).field == field
    assert post.title == "Naar het bos"


def test_the_audience_of_a_published_post_never_changes(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    with writing():
        feed.save(post, content(groups=[cast.six], whole_school=True))
    assert [group.name for group in post.groups] == ["5"]
    assert not post.whole_school


def test_a_change_after_publishing_is_shown(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Eerst", body="Zo")
    with writing():
        feed.save(post, content(title="Eerst", body="Zo", comments_open=False))
    assert post.edited_at is None
    with writing():
        feed.save(post, content(title="Later"))
    assert post.edited_at is not None


def test_a_published_post_keeps_a_title_and_words(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    assert refusal(feed.save, post, content(title="")).field == "title"


def test_names_of_files_are_forgotten_at_publishing(cast: Cast) -> None:
    """A teacher's phone may have called it noor-bakker.jpg."""
    post = draft(cast)
    factories.photo(post, name="noor-bakker.jpg")
    with writing():
        feed.publish(post)
    assert [photo.name for photo in photos.of_post(post.id)] == [""]


def test_scheduling(cast: Cast) -> None:
    post = draft(cast)
    moment = clock.now() + timedelta(hours=2)
    with writing():
        feed.schedule(post, moment)
    assert (post.status, post.publish_at) == ("scheduled", moment)
    with writing():
        feed.back_to_draft(post)
    assert (post.status, post.publish_at) == ("draft", None)


@pytest.mark.parametrize(("days", "field"), [(-0.01, "publish_time"), (367, "publish_day")])
def test_a_moment_must_come_and_within_a_year(cast: Cast, days: float, field: str) -> None:
    assert refusal(feed.schedule, draft(cast), clock.now() + timedelta(days=days)).field == field


def test_a_published_post_is_not_scheduled(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    assert "published already" in refusal(feed.schedule, post, clock.now() + timedelta(days=1)).sentence


def test_what_is_due_is_published_and_the_rest_waits(cast: Cast) -> None:
    due = factories.post(cast.teacher, [cast.five], status="scheduled")
    later = factories.post(cast.teacher, [cast.five], status="scheduled")
    empty = factories.post(cast.teacher, [cast.five], status="scheduled")
    assert not feed.any_due()
    with writing():
        due.publish_at = clock.now() - timedelta(minutes=5)
        empty.publish_at, empty.body = due.publish_at, ""
    assert feed.any_due()
    with writing():
        feed.publish_due()
    assert (due.status, later.status, empty.status) == ("published", "scheduled", "draft")
    assert not feed.any_due()


def test_withdrawing(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    with writing():
        feed.pin(post)
        feed.withdraw(post, cast.director)
    assert (post.status, post.withdrawn_by_id, post.pinned_until) == ("withdrawn", cast.director.id, None)
    moment = post.withdrawn_at
    with writing():
        feed.withdraw(post, cast.teacher)
    assert post.withdrawn_at == moment


def test_a_withdrawn_post_is_over(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five], status="withdrawn")
    for verb, args in ((feed.publish, ()), (feed.save, (content(),)), (feed.pin, ()), (feed.remove, ())):
        refusal(verb, post, *args)
    assert post.status == "withdrawn"


@pytest.mark.parametrize("status", ["draft", "scheduled"])
def test_only_a_published_post_is_withdrawn_or_pinned(cast: Cast, status: str) -> None:
    post = factories.post(cast.teacher, [cast.five], status=status)
    assert "withdrawn" in refusal(feed.withdraw, post, cast.teacher).sentence
    assert "pinned" in refusal(feed.pin, post).sentence


def test_a_pin_lasts_two_weeks(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    with writing():
        feed.pin(post)
    assert post.pinned_until == clock.today() + timedelta(days=14)
    with writing():
        feed.unpin(post)
    assert post.pinned_until is None


def test_a_removed_draft_is_gone_with_all_that_hung_on_it(cast: Cast) -> None:
    post = draft(cast)
    photo, document = factories.photo(post), factories.document(post)
    with writing():
        media = feed.remove(post)
    assert set(media) == {photo.public_id, document.public_id}
    assert db.session.query(Post).count() == db.session.query(photos.Photo).count() == 0


def test_a_published_post_is_not_removed(cast: Cast) -> None:
    assert "withdrawn, not removed" in refusal(feed.remove, factories.post(cast.teacher, [cast.five])).sentence


def test_empty_drafts_are_swept_and_written_ones_stay(cast: Cast) -> None:
    with writing():
        empty = feed.draft(cast.teacher)
        empty.saved_at = clock.ago(hours=30)
    kept = factories.post(cast.duo, [cast.five], status="draft")
    with writing():
        kept.saved_at = clock.ago(days=30)
        assert feed.remove_untouched(clock.ago(hours=24)) == 1
    assert [post.id for post in db.session.query(Post)] == [kept.id]


# ── what readers do ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_heart_is_there_or_not(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    for wanted, expected in ((True, 1), (True, 1), (False, 0), (False, 0)):
        with writing():
            feed.like(post, cast.parent, wanted)
        assert db.session.query(Reaction).count() == expected


@pytest.mark.parametrize(("body", "words"), [(" \n ", "Write your comment"), ("x" * 2001, "too long")])
def test_comments_that_are_refused(cast: Cast, body: str, words: str) -> None:
    post = factories.post(cast.teacher, [cast.five])
    assert words in refusal(feed.comment, post, cast.parent, body).sentence


def test_a_second_tap_places_no_second_comment(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    factories.comment(post, cast.parent, "Leuk!")
    assert "already" in refusal(feed.comment, post, cast.parent, "Leuk!\r\n").sentence
    factories.comment(post, cast.mother, "Leuk!")
    factories.comment(post, cast.parent, "En mooi")
    factories.comment(post, cast.parent, "Leuk!")
    assert len(feed.comments_of(post)) == 4


@pytest.mark.parametrize("changes", [{"comments_open": False}, {"status": "withdrawn"}])
def test_no_comments_where_they_are_closed(cast: Cast, changes: dict[str, object]) -> None:
    post = factories.post(cast.teacher, [cast.five], **changes)
    assert "closed" in refusal(feed.comment, post, cast.parent, "Leuk!").sentence


def test_a_removed_comment_leaves_its_place_and_no_words(cast: Cast) -> None:
    said = factories.comment(factories.post(cast.teacher, [cast.five]), cast.parent, "Niet aardig")
    with writing():
        feed.remove_comment(said, cast.teacher)
    kept = db.session.get_one(Comment, said.id)
    assert (kept.body, kept.removed_by_id) == ("", cast.teacher.id)


def test_the_first_reading_and_the_first_confirmation_count(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five], must_read=True)
    with writing():
        feed.see([(post.id, cast.parent.id)])
    first = feed.receipts(post)[cast.parent.id]
    seen = first.seen_at
    assert first.confirmed_at is None
    with writing():
        feed.confirm(post, cast.parent)
        confirmed = feed.receipts(post)[cast.parent.id].confirmed_at
    with writing():
        feed.confirm(post, cast.parent)
    again = feed.receipts(post)[cast.parent.id]
    assert (again.seen_at, again.confirmed_at) == (seen, confirmed)

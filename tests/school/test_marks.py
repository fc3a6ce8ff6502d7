"""Read marks gather in memory and are written in batches; what is waiting counts as read already."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from school import feed, marks, policy, sessions, timeline
from school.feed import ReadReceipt
from school.lib import clock
from school.lib.db import db, writing
from tests import factories
from tests.cast import Cast


def unread(cast: Cast) -> int:
    return timeline.unread(policy.viewer(cast.parent))


def test_a_batch_is_written_once(cast: Cast) -> None:
    posts = [factories.post(cast.teacher, [cast.five], title=str(number)) for number in range(3)]
    marks.saw(cast.parent.id, [post.id for post in posts])
    marks.saw(cast.parent.id, [posts[0].id])
    marks.saw(cast.mother.id, [posts[0].id])
    assert db.session.query(ReadReceipt).count() == 0
    assert marks.write() == 4
    assert marks.write() == 0
    db.session.rollback()
    assert db.session.query(ReadReceipt).count() == 4


def test_what_waits_counts_as_read(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    assert unread(cast) == 1
    marks.saw(cast.parent.id, [post.id])
    assert unread(cast) == 0
    marks.write()
    db.session.rollback()
    assert unread(cast) == 0


def test_the_first_time_counts(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five])
    marks.saw(cast.parent.id, [post.id])
    marks.write()
    first = feed.receipts(post)[cast.parent.id].seen_at
    db.session.rollback()
    with time_machine.travel(clock.now().replace(year=clock.now().year + 1), tick=False):
        marks.saw(cast.parent.id, [post.id])
        marks.write()
    db.session.rollback()
    assert feed.receipts(post)[cast.parent.id].seen_at == first


def test_a_post_that_is_gone_spoils_no_batch(cast: Cast) -> None:
    kept = factories.post(cast.teacher, [cast.five])
    gone = factories.post(cast.teacher, [cast.five], status="draft", title="weg")
    marks.saw(cast.parent.id, [kept.id, gone.id, 987654])
    with writing():
        feed.remove(gone)
    marks.write()
    db.session.rollback()
    assert [receipt.post_id for receipt in db.session.query(ReadReceipt)] == [kept.id]


def test_using_a_session_moves_its_end(cast: Cast) -> None:
    session, _token = factories.session(cast.parent)
    with writing():
        session.seen_at = clock.ago(days=10)
        session.idle_until = clock.ago(days=-1)
    marks.used(session.id, cast.parent.id, staff=False)
    marks.write()
    db.session.rollback()
    assert session.idle_until > clock.now() + sessions.IDLE - timedelta(minutes=1)
    assert cast.parent.last_seen_at is not None


def test_newcomers_do_not_find_everything_new(cast: Cast) -> None:
    factories.post(cast.teacher, [cast.five], days_ago=2)
    assert unread(cast) == 1
    with writing():
        cast.parent.first_login_at = clock.ago(days=1)
    assert unread(cast) == 0


def test_old_and_own_posts_are_not_new(cast: Cast) -> None:
    factories.post(cast.teacher, [cast.five], days_ago=timeline.UNREAD_DAYS + 1)
    assert unread(cast) == 0
    factories.post(cast.teacher, [cast.five])
    assert timeline.unread(policy.viewer(cast.teacher)) == 0
    assert timeline.unread(policy.viewer(cast.duo)) == 1

"""The demo school's material: who is in it, what is said, what is drawn, and that it comes out the same every time."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from statistics import median

import pytest
from PIL import ImageChops

from school.demo import texts
from school.demo.darkroom import expose
from school.demo.days import is_school_day, vacations
from school.demo.dice import dice
from school.demo.families import SIZES, Roll, levels, roll
from school.demo.photos import RATIOS, SCENES, draw
from school.demo.readers import audience, readings, remarks
from school.demo.staff import staff
from school.demo.timeline import BEHIND, DemoPost, timeline
from school.feed.posts import LONGEST_BODY, LONGEST_TITLE
from school.lib import markdown
from school.photos import LONGEST_CAPTION, MOST_PHOTOS

TODAY = date(2026, 11, 22)
DAYS = (TODAY, date(2027, 1, 12), date(2027, 3, 1), date(2027, 6, 20), date(2027, 8, 10), date(2029, 10, 5))
"""A Sunday in November, just after Christmas, around carnival, before and in the summer, and years from now."""


@pytest.fixture(scope="module")
def people() -> Roll:
    return roll(TODAY)


@pytest.fixture(scope="module")
def posts() -> tuple[DemoPost, ...]:
    return timeline(TODAY)


def shown(posts: tuple[DemoPost, ...]) -> list[DemoPost]:
    return [post for post in posts if post.status == "published"]


# -- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("today", DAYS)
def test_two_hundred_pupils_in_eight_groups_whatever_the_day(today: date) -> None:
    pupils = roll(today).pupils
    assert Counter(pupil.group for pupil in pupils) == SIZES
    assert sum(SIZES.values()) == 200
    assert len({pupil.key for pupil in pupils}) == 200


@pytest.mark.parametrize("today", DAYS)
def test_birth_dates_fit_the_year_level(today: date) -> None:
    start = today.year if today.month >= 8 else today.year - 1
    for pupil in roll(today).pupils:
        ages = [start - level - 3 - pupil.birth_date.year for level in levels(pupil.group)]
        assert any(age in (0, 1, 2) for age in ages), pupil
        assert pupil.birth_date.replace(year=pupil.birth_date.year + 4, day=1) <= today, "at school before four"


def test_guardians_are_counted_as_the_domain_says(people: Roll) -> None:
    ordinary = [g for g in people.guardians if g.kind == "guardian"]
    assert 255 <= sum(not g.invited and not g.removed for g in people.guardians) <= 270
    assert sum(g.invited for g in people.guardians) == 10
    assert sum(g.removed for g in people.guardians) == 1
    assert sum(g.authority == "no" for g in ordinary) == 3
    assert sum(g.kind == "exception" and g.ends_on is not None for g in people.guardians) == 2
    families = {frozenset(g.children) for g in people.guardians}
    assert 135 <= len(families) <= 145
    assert 0.10 <= sum(g.household for g in people.guardians) / 140 <= 0.16


def test_every_child_has_a_guardian_with_authority_who_can_log_in_or_is_invited(people: Roll) -> None:
    for pupil in people.pupils:
        assert any(g.authority == "yes" and not g.removed for g in people.of(pupil.key)), pupil


def test_fifteen_staff_a_substitute_and_an_administrator() -> None:
    team = staff(TODAY)
    roles = Counter(role for who in team for role in who.roles)
    assert len(team) == 17
    assert roles["director"] == roles["office"] == roles["care"] == roles["admin"] == 1
    taught = {lesson.group for who in team for lesson in who.lessons if lesson.role == "teacher"}
    assert taught == set(SIZES)
    substitute = next(who for who in team if who.key == "substitute").lessons[0]
    assert substitute.ends_on
    assert substitute.starts_on
    assert substitute.starts_on < TODAY < substitute.ends_on


def test_addresses_are_unique_and_the_known_logins_are_there(people: Roll) -> None:
    staff_mail = [who.email for who in staff(TODAY)]
    own = [g.email for g in people.guardians if not g.staff]
    assert len(set(staff_mail + own)) == len(staff_mail) + len(own)
    assert all(mail.isascii() and mail.endswith("@proefpolder.example") for mail in staff_mail + own)
    logins = {mail.split("@")[0] for mail in staff_mail + own}
    wanted = {"beheer", "directie", "administratie", "leerkracht5", "leerkracht6", "ouder-twee", "ouder-zes"}
    assert wanted <= logins


def test_the_demo_parents_have_the_children_the_guide_names(people: Roll) -> None:
    children = {pupil.key: pupil for pupil in people.pupils}
    two = next(g for g in people.guardians if g.email.startswith("ouder-twee@"))
    six = next(g for g in people.guardians if g.email.startswith("ouder-zes@"))
    named = {(children[key].first_name, children[key].group) for key in two.children}
    assert (two.first_name, named) == ("Anna", {("Noor", "5"), ("Mees", "1/2b")})
    assert [children[key].group for key in six.children] == ["6"]


def test_what_every_school_meets_is_there(people: Roll) -> None:
    pupils = people.pupils
    same = Counter((pupil.first_name, pupil.group) for pupil in pupils)
    assert max(same.values()) == 2, "two with one first name in a group"
    pairs = [(a, b) for g in people.guardians for a in g.children for b in g.children if a < b]
    by_key = {pupil.key: pupil for pupil in pupils}
    siblings = [(by_key[a], by_key[b]) for a, b in pairs]
    assert any(a.birth_date == b.birth_date and a.last_name == b.last_name for a, b in siblings), "twins"
    assert any(a.last_name != b.last_name for a, b in siblings), "siblings with different surnames"
    assert any(g.staff for g in people.guardians), "a teacher who is also a guardian"
    assert any(not pupil.last_name for pupil in pupils), "one name only"
    assert {"Storm", "Roos", "Mees", "Zoë", "Ayşe"} <= {pupil.first_name for pupil in pupils}
    surnames = {f"{pupil.prefix} {pupil.last_name}".strip() for pupil in pupils}
    assert {"van den Broek", "'t Hof", "El Amrani", "IJsselstein"} <= surnames


# -- words ----------------------------------------------------------------------------------------


def test_as_many_posts_as_a_real_school_writes(posts: tuple[DemoPost, ...]) -> None:
    assert 145 <= len(shown(posts)) <= 190
    with_photos = [len(post.shots) for post in shown(posts) if post.shots]
    assert 0.68 <= len(with_photos) / len(shown(posts)) <= 0.82
    assert 7 <= median(with_photos) <= 9
    assert 14 <= sum(not post.group for post in shown(posts)) <= 20
    assert {post.group for post in posts} == {"", *SIZES}
    assert {post.kind for post in posts} == {"news", "goals", "album", "help"}
    assert Counter(post.status for post in posts) == {
        "published": len(shown(posts)), "draft": 1, "scheduled": 1, "withdrawn": 1
    }  # fmt: skip


def test_goals_every_month_but_for_the_group_that_is_behind(posts: tuple[DemoPost, ...]) -> None:
    months = {group: sorted(p.at.month for p in posts if p.group == group and p.kind == "goals") for group in SIZES}
    assert months.pop(BEHIND) == [9]
    assert all(found == [9, 10, 11] for found in months.values()), months


@pytest.mark.parametrize("today", DAYS)
def test_no_text_and_no_title_comes_back(today: date) -> None:
    posts = timeline(today)
    assert len({post.body for post in posts}) == len(posts)
    titles = [post.title for post in posts if post.kind != "goals"]
    assert len(set(titles)) == len(titles)
    assert len({(post.group, post.title) for post in posts}) == len(posts)
    assert len({post.key for post in posts}) == len(posts)


@pytest.mark.parametrize("today", DAYS)
def test_posts_come_when_teachers_write(today: date) -> None:
    posts = timeline(today)
    midnight = datetime.combine(today, clock_time())
    for post in posts:
        if post.status == "scheduled":
            assert post.at > midnight + timedelta(days=1)
        else:
            assert midnight - timedelta(weeks=12) <= post.at < midnight
        assert is_school_day(post.at.date()), post.at
        assert 14 <= post.at.hour < 21


def test_nobody_writes_in_the_autumn_vacation(posts: tuple[DemoPost, ...]) -> None:
    assert (date(2026, 10, 17), date(2026, 10, 25)) in vacations(2026)
    assert not [post for post in posts if date(2026, 10, 17) <= post.at.date() <= date(2026, 10, 25)]


@pytest.mark.parametrize("today", DAYS)
def test_every_text_fits_the_form_and_has_no_slot_left(today: date) -> None:
    for post in timeline(today):
        assert 0 < len(post.title) <= LONGEST_TITLE
        assert 0 < len(post.body) <= LONGEST_BODY
        assert len(post.shots) <= MOST_PHOTOS
        said = [post.title, post.body, *(words for remark in post.remarks for words in remark)]
        assert not [words for words in said if set("{}|$#") & set(words)], post.key
        for shot in post.shots:
            assert shot.alt
            assert len(shot.caption) <= LONGEST_CAPTION


def test_no_child_is_named_in_full(people: Roll, posts: tuple[DemoPost, ...]) -> None:
    names = {f"{pupil.first_name} {pupil.prefix} {pupil.last_name}".replace("  ", " ") for pupil in people.pupils}
    names = {name for name in names if " " in name.strip()}
    assert not [post.key for post in posts for name in names if name in f"{post.title} {post.body}"]


def test_markdown_arabic_and_a_very_long_title_are_among_them(posts: tuple[DemoPost, ...]) -> None:
    bodies = "\n".join(markdown.to_html(post.body) for post in posts)
    assert all(tag in bodies for tag in ("<strong>", "<em>", "<ul>", "<ol>", "<a "))
    assert any("؀" <= sign <= "ۿ" for sign in bodies)
    assert max(len(post.title) for post in posts) > 100


def test_must_read_now_and_then_and_one_pinned(posts: tuple[DemoPost, ...]) -> None:
    assert 2 <= sum(post.must_read for post in posts) <= 6
    assert [post.group for post in posts if post.pinned] == [""]


def test_story_slots() -> None:
    story = texts.Story(
        "k", "news", range(1, 3), ("A", "B"), "{x|y} {1|2|3}", ("yard",), (0, 0), frozenset({1}), aligned=True
    )
    assert {texts.told(story, 0, dice("test", n))[0] for n in range(20)} == {"x"}
    assert {texts.told(story, 1, dice("test", n))[2] for n in range(40)} == set("123")


def test_every_scene_in_the_stories_can_be_drawn_and_described() -> None:
    named = {scene for story in texts.stories() for scene in story.scenes}
    assert named <= set(SCENES)
    assert set(texts.scene_words()) == set(SCENES)
    assert all(len(alts) >= 3 and len(captions) >= 2 for alts, captions in texts.scene_words().values())


# -- readers --------------------------------------------------------------------------------------


def test_about_two_thirds_read_and_nobody_after_yesterday(people: Roll, posts: tuple[DemoPost, ...]) -> None:
    midnight, shares = datetime.combine(TODAY, clock_time()), []
    for post in shown(posts):
        reached = audience(post, people, date(2026, 8, 1))
        seen = readings(post, reached, TODAY)
        shares.append(len(seen) / len(reached))
        assert all(post.at < reading.seen_at < midnight for reading in seen)
        assert all(post.at < remark.at < midnight for remark in remarks(post, seen, TODAY))
    assert 0.55 <= sum(shares) / len(shares) <= 0.78


def test_must_read_is_confirmed_by_a_part(people: Roll, posts: tuple[DemoPost, ...]) -> None:
    for post in (post for post in posts if post.must_read):
        seen = readings(post, audience(post, people, date(2026, 8, 1)), TODAY)
        assert 0.6 <= sum(reading.confirmed_at is not None for reading in seen) / len(seen) <= 0.95


def test_the_parent_of_the_demo_finds_something_new(people: Roll, posts: tuple[DemoPost, ...]) -> None:
    mine = [p for p in shown(posts) if "anna" in {g.key for g in audience(p, people, date(2026, 8, 1))}]
    unread = [
        p for p in mine if "anna" not in {r.reader for r in readings(p, audience(p, people, date(2026, 8, 1)), TODAY)}
    ]
    assert 2 <= len(unread) <= 8
    assert "Naar de schaapskooi" in {post.title for post in unread}
    assert any(post.must_read for post in unread)


# -- the same every time --------------------------------------------------------------------------


def test_the_same_day_gives_the_same_school(people: Roll, posts: tuple[DemoPost, ...]) -> None:
    assert roll(TODAY) == people
    assert timeline(TODAY) == posts
    assert timeline(TODAY + timedelta(days=7)) != posts


def test_the_same_seed_gives_the_same_photo() -> None:
    one, two = (draw("yard", "album/1", "4:3", "autumn") for _ in range(2))
    assert one.tobytes() == two.tobytes()


# -- photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_views_of_one_outing_differ(scene: str) -> None:
    """Small copies are compared, so that grain alone does not count as a difference."""
    views = [draw(scene, f"outing/{n}", "4:3", "autumn").resize((64, 48)) for n in range(3)]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        difference = ImageChops.difference(views[one], views[other]).convert("L").histogram()
        changed = sum(difference[12:]) / sum(difference)
        assert changed > 0.04, f"{scene}: {changed:.3f}"


@pytest.mark.parametrize("ratio", sorted(RATIOS))
@pytest.mark.parametrize("season", ["spring", "summer", "autumn", "winter"])
def test_every_ratio_and_season_fills_the_frame(ratio: str, season: str) -> None:
    picture = draw("kite", f"{season}/{ratio}", ratio, season)
    assert picture.size == RATIOS[ratio]
    assert max(picture.size) <= 1280
    assert len(picture.getcolors(maxcolors=picture.width * picture.height) or []) > 1000


def test_a_photo_and_its_three_files_cost_little_enough(posts: tuple[DemoPost, ...], tmp_path_factory) -> None:  # type: ignore[no-untyped-def]
    """A thousand photos on two cores within a minute: at most 120 ms of one core each, here on a busy machine."""
    shots = [shot for post in posts for shot in post.shots][::30]
    folder = tmp_path_factory.mktemp("media")
    draw("yard", "warm/1", "4:3")
    costs = []
    for number, shot in enumerate(shots):
        began = time.process_time()
        print_ = expose(shot, folder / "xx" / f"{number:022}")
        costs.append(time.process_time() - began)
        assert max(int(side) for side in print_.small.split(".")[0].split("x")) == 480
    assert median(costs) < 0.12
    files = list((folder / "xx" / f"{0:022}").iterdir())
    assert sorted(file.name for file in files) == ["large.jpg", "medium.jpg", "small.webp"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)

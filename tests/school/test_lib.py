"""Names, dates, the clock, search, Markdown, colours: mechanisms that know no school."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from school import calendar
from school.feed import Post
from school.lib import clock, colour, dates, markdown, names, search, text
from school.lib.db import db
from tests import factories
from tests.cast import Cast

# ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_prefix_does_not_count_when_sorting() -> None:
    people = [
        ("Anne", "Berg"),
        ("Bo", "Aarts"),
        ("Cas", "IJsselstein"),
        ("Dirk", "Yildiz"),
        ("Eva", "Ijzer"),
        ("Finn", "Zwart"),
        ("Zoë", ""),
    ]
    ordered = sorted(people, key=lambda name: names.sort_key(*name))
    assert [last or first for first, last in ordered] == [
        "Aarts",
        "Berg",
        "Yildiz",
        "IJsselstein",
        "Ijzer",
        "Zoë",
        "Zwart",
    ]


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Ayşe Çelik", "ayse celik"),
        ("Łukasz Ødegård", "lukasz odegard"),
        ("Zoë", "zoe"),
        ("Straße", "strasse"),
        ("ﬁets", "fiets"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert names.fold(written) == folded


@pytest.mark.parametrize(
    ("first", "last", "letters"),
    [
        ("Anna", "Bakker", "AB"),
        ("IJsbrand", "IJzer", "IJIJ"),
        ("Noor", "", "N"),
        ("Piet", "'t Hof", "PT"),
        ("çetin", "", "Ç"),
    ],
)
def test_initials(first: str, last: str, letters: str) -> None:
    assert names.initials(first, last) == letters


def test_full_names() -> None:
    assert names.full("Anne", "van den", "Berg") == "Anne van den Berg"
    assert names.full("Noor", "", "") == "Noor"


# ── the clock ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (date(2026, 1, 15), 8, datetime(2026, 1, 15, 7, 30)),
        (date(2026, 7, 15), 8, datetime(2026, 7, 15, 6, 30)),
        (date(2026, 3, 29), 8, datetime(2026, 3, 29, 6, 30)),  # the clock went forward this night
        (date(2026, 10, 25), 8, datetime(2026, 10, 25, 7, 30)),  # and back this night
    ],
)
def test_half_past_eight_is_half_past_eight(day: date, hour: int, utc: datetime) -> None:
    assert clock.at(day, hour, 30) == utc.replace(tzinfo=UTC)


def test_the_school_lives_in_its_own_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    with time_machine.travel(datetime(2026, 6, 30, 22, 30, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 7, 1)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2026, 11, 18, 14, 12, tzinfo=clock.ZONE)  # a Wednesday


@pytest.mark.parametrize(
    ("moment", "dutch", "english"),
    [
        ("2026-11-18 09:05", "vandaag 9.05", "today 9:05"),
        ("2026-11-17 23:59", "gisteren 23.59", "yesterday 23:59"),
        ("2026-11-16 00:00", "maandag 0.00", "Monday 0:00"),
        ("2026-11-11 10:00", "woensdag 11 november 10.00", "Wednesday 11 November 10:00"),
        ("2025-12-31 10:00", "woensdag 31 december 2025 10.00", "Wednesday 31 December 2025 10:00"),
        ("2026-11-19 10:00", "donderdag 19 november 10.00", "Thursday 19 November 10:00"),
    ],
)
def test_moments_as_people_say_them(moment: str, dutch: str, english: str) -> None:
    when = datetime.fromisoformat(moment).replace(tzinfo=clock.ZONE)
    with time_machine.travel(NOW, tick=False):
        for language, expected in (("nl", dutch), ("en", english)):
            with text.speaking(language):
                assert dates.moment(when) == expected


@pytest.mark.parametrize(
    ("hour", "words"), [(5, "Hallo"), (6, "Goedemorgen"), (12, "Goedemiddag"), (18, "Goedenavond"), (23, "Goedenavond")]
)
def test_greetings(hour: int, words: str) -> None:
    with text.speaking("nl"):
        assert dates.greeting(clock.at(date(2026, 11, 18), hour), "Anna") == f"{words} Anna"


def test_numbers_and_sizes() -> None:
    with text.speaking("nl"):
        assert (dates.number(12345), dates.filesize(340_200), dates.filesize(2_400_000), dates.filesize(1)) == (
            "12.345",
            "340 kB",
            "2,4 MB",
            "1 kB",
        )
        assert (dates.month_name(11), dates.weekday_name(0)) == ("november", "maandag")
    with text.speaking("en"):
        assert (dates.number(12345), dates.filesize(2_400_000), dates.month_name(11)) == (
            "12,345",
            "2.4 MB",
            "November",
        )


def test_vacations_of_the_region() -> None:
    found = calendar.vacations("zuid", date(2026, 11, 1))
    assert [vacation.soon for vacation in found] == [False, True, False, False, False]
    assert (found[0].first, found[0].last) == (date(2026, 10, 17), date(2026, 10, 25))
    assert calendar.vacations("noord", date(2031, 1, 1)) == []
    for spells in calendar.OFFICIAL.values():
        for _name, regions in spells:
            for first, last in regions:
                assert date.fromisoformat(first).weekday() == 5
                assert date.fromisoformat(last).weekday() == 6


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def found(query: str) -> set[str]:
    ids, plain = search.matching(query, (Post.title.expression, Post.body.expression))
    wanted = select(Post.title).where(*plain)
    return set(db.session.scalars(wanted if ids is None else wanted.where(Post.id.in_(ids))))


@pytest.fixture
def written(cast: Cast) -> None:
    for title, body in (
        ("Zoë's spreekbeurt", "Over **vulkanen** en lava"),
        ("Café op school", "Kosten: 50% van de prijs. Zie 'de brief'"),
        ("Op reis", "We gaan naar zee_strand"),
    ):
        factories.post(cast.teacher, [cast.five], title=title, body=body)


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("zoe", {"Zoë's spreekbeurt"}),
        ("ZOË", {"Zoë's spreekbeurt"}),
        ("vulkan lava", {"Zoë's spreekbeurt"}),
        ("cafe prijs", {"Café op school"}),
        ("ulkaan", set()),
        ("op", {"Café op school", "Op reis"}),
        ("op reis", {"Op reis"}),
        ("50%", {"Café op school"}),
        ("%", {"Café op school"}),
        ("_", {"Op reis"}),
        ('"de brief"', set()),
        ("'de", {"Café op school"}),
        ('"', set()),
        ("brief AND OR NOT NEAR(", set()),
        ("* OR 1=1", set()),
        ("post_search:*", set()),
    ],
)
def test_searching(written: None, query: str, titles: set[str]) -> None:
    assert found(query) == titles


@given(st.text(max_size=40))
def test_no_query_is_a_mistake(query: str) -> None:
    assert len(search.terms(query)) <= 8


def test_what_is_withdrawn_is_not_found(cast: Cast) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Vulkanen", body="lava")
    assert found("vulkanen") == {"Vulkanen"}
    factories.withdraw(post, cast.teacher)
    assert found("vulkanen") == set()


# ── Markdown ────────────────────────────────────────────────────────────────────────────────────────────────────────

NAUGHTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[klik](javascript:alert(1))",
    "[klik](JaVaScRiPt:alert(1))",
    "[klik](java\tscript:alert(1))",
    "[klik](data:text/html;base64,PHNjcmlwdD4=)",
    "[klik](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](http://evil.example/x.png)",
    "<a href='https://x' onclick=alert(1)>x</a>",
    '[a](https://x.example "onmouseover=alert(1)")',
    "<style>body{display:none}</style>",
    "<svg/onload=alert(1)>",
    "<!-- <script> -->",
    "**<b onclick=x>vet</b>**",
    "[<img src=x onerror=alert(1)>](https://x.example)",
    "https://x.example/<script>alert(1)</script>",
    'https://x.example/"onmouseover="alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "</p></div></article><form action=https://evil.example><input>",
    "<iframe src=//evil.example></iframe>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
]
PLAIN = (
    r"(?:<(?:/?(?:p|li)(?: dir=\"auto\")?|br|/?(?:strong|em|ul|ol)|ol start=\"\d+\"|/a|"
    r"a href=\"(?:https?|mailto|tel):[^\"<>]*\" rel=\"noopener noreferrer nofollow\")>|[^<])*"
)
"""All the HTML that may come of what somebody typed."""


@pytest.mark.parametrize("source", NAUGHTY)
def test_nothing_naughty_comes_through(source: str) -> None:
    assert re.fullmatch(PLAIN, str(markdown.to_html(source)), re.DOTALL)


@given(st.text(alphabet="ab <>[]()*_!\"'`#&;:/\\-1.\n\tjavscript:htp=onx", max_size=80))
def test_nor_anything_else(source: str) -> None:
    assert re.fullmatch(PLAIN, str(markdown.to_html(source)), re.DOTALL)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Een *mooie* **dag**", '<p dir="auto">Een <em>mooie</em> <strong>dag</strong></p>'),
        ("regel\nnog een", '<p dir="auto">regel<br>\nnog een</p>'),
        ("- een\n- twee", '<ul>\n<li dir="auto">een</li>\n<li dir="auto">twee</li>\n</ul>'),
        ("# geen kop", '<p dir="auto"># geen kop</p>'),
        ("1 < 2 & 3 > 2", '<p dir="auto">1 &lt; 2 &amp; 3 &gt; 2</p>'),
    ],
)
def test_what_teachers_write(source: str, html: str) -> None:
    assert str(markdown.to_html(source)).strip() == html


def test_links_lead_out_without_a_trace() -> None:
    html = str(markdown.to_html("Zie https://example.org/a?b=1&c=2 of mail juf@voorbeeld.nl"))
    assert 'href="https://example.org/a?b=1&amp;c=2" rel="noopener noreferrer nofollow"' in html
    assert 'href="mailto:juf@voorbeeld.nl"' in html


def test_text_without_marks() -> None:
    assert markdown.to_text("**Vet** en\n\n- een\n- [twee](https://x.example)") == "Vet en een twee"
    assert not markdown.is_long("kort")
    assert markdown.is_long("regel\n\n" * 7)
    assert markdown.is_long("x" * 300)


# ── colours ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_has_a_tone(value: int) -> None:
    lightness, chroma, hue = colour.oklch(f"#{value:06x}")
    assert 0 <= colour.tone(f"#{value:06x}") < colour.HUES * colour.LIGHTS
    assert -0.001 <= lightness <= 1.001
    assert 0 <= chroma < 0.4
    assert 0 <= hue < 360

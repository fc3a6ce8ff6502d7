"""The lint of pages finds what it is there for; a check that finds nothing checks nothing."""

from __future__ import annotations

import pytest

from tests import lint

GOOD = """<!doctype html><html lang="nl"><head><title>Hallo – School</title></head><body><main><h1>Hallo</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="aa.bb">
<label for="a">Naam</label><input id="a" name="a"><button>Bewaar</button></form>
<a href="/posts/abcdefghjkm">Lees</a><img src="/photos/x/small" alt="Een blad"></main></body></html>"""


def test_a_good_page_is_good() -> None:
    assert lint.problems(GOOD, whole=True) == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("</form>", "", "does not parse"),
        ("<h1>Hallo</h1>", "<p>Hallo</p>", "0 h1"),
        ("<h1>Hallo</h1>", "<h1>Hallo</h1><h1>Hallo</h1>", "2 h1"),
        ("<h1>Hallo</h1>", "<h1>Dag</h1>", "does not begin with"),
        (' lang="nl"', "", "no language"),
        ("<main>", '<main><p id="a">x</p>', "id a 2 times"),
        ('<label for="a">Naam</label>', "", "has no label"),
        (' alt="Een blad"', "", "without alt"),
        ('name="csrf_token"', 'name="other"', "0 CSRF tokens"),
        ('method="post"', 'method="get"', "in the address"),
        (' action="/x"', "", "does not say where to"),
        ("<main>", "<main><script>x()</script>", "an inline script"),
        ("<main>", '<main><p style="color:red">x</p>', "with style="),
        ("<main>", '<main><p onclick="x()">x</p>', "with onclick="),
        ("<main>", '<main><a href="javascript:x()">x</a>', "a script in href"),
        ('<a href="/posts', '<a hx-get="/other" href="/posts', "without a script"),
        ("<button>", '<button hx-post="/x">', "does not post there"),
        ('src="/photos', 'src="http://evil.example/photos', "leads away"),
        ("/posts/abcdefghjkm", "/posts/17", "an internal id"),
        ("Lees", "None", "None in the words"),
        ("Lees", "Lees %(name)s", "%( in the words"),
        ("Lees", "", "without words"),
        ("<h1>", '<h1 aria-describedby="nowhere">', "which is not there"),
    ],
)
def test_a_mistake_is_found(old: str, new: str, words: str) -> None:
    assert old in GOOD
    assert any(words in problem for problem in lint.problems(GOOD.replace(old, new, 1), whole=True))


def test_the_same_page_with_another_token_is_read_once() -> None:
    lint._problems.cache_clear()
    lint.problems(GOOD, whole=True)
    lint.problems(GOOD.replace("aa.bb", "cc.dd"), whole=True)
    assert lint._problems.cache_info().misses == 1

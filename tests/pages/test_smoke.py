"""Every kind of person opens every page of the bottom bar; the client looks at each."""

from __future__ import annotations

import pytest

from tests import factories
from tests.cast import EVERYBODY, Cast
from tests.client import ClientOf

PAGES = ("/timeline", "/conversations", "/absences", "/calendar", "/more", "/children", "/account")


@pytest.mark.parametrize("key", [key for key in EVERYBODY if key != "deactivated"])
def test_the_pages_of_everybody_are_whole(cast: Cast, client_of: ClientOf, key: str) -> None:
    post = factories.post(cast.teacher, [cast.five], title="Naar het bos", must_read=True)
    factories.comment(post, cast.parent)
    factories.photo(post, alt="Een blad")
    factories.document(post)
    browser = client_of(getattr(cast, key))
    for path in PAGES:
        assert browser.get(path).status_code == 200

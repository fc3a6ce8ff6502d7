"""My children: their group and who teaches them."""

from __future__ import annotations

from tests.cast import Cast
from tests.client import ClientOf


def test_my_children_and_who_teaches_them(cast: Cast, client_of: ClientOf) -> None:
    page = client_of(cast.parent).get("/children").text
    for words in ("Noor Bakker", "groep 5", "juf Fleur", "maandag, dinsdag en woensdag", "meester Deniz"):
        assert words in page
    assert "meester Jip" not in page
    assert "Er is geen kind aan je account gekoppeld" in client_of(cast.removed).get("/children").text

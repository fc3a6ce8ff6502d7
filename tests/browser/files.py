"""Files as the office brings them: a school from an administration system, and a sheet of guardians with questions."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.sync_api import FilePayload, Page

from school.groups import year_of
from school.imports import edexml_writer
from school.imports.edexml_data import EdexGroup, Edexml, EdexPupil, EdexStaff
from school.lib import clock

SHEET = """Roepnaam;Achternaam;Geboortedatum;Verzorger 1 naam;Verzorger 1 e-mail;Verzorger 2 naam;Verzorger 2 e-mail
Noor;Bakker;03-03-2018;Petra Nieuw;petra@school.example;Karel Nieuw;petra@school.example
Nora;Bakker;03-03-2018;Bert Bos;bert@school.example;;
Mees;Smit;03-03-2018;Ida Nieuw;ida@school.example;Opa Smit;geen mail
"""


def edexml() -> bytes:
    """One pupil that is known, three that are new, one that is doubtful; a combination group; a teacher."""
    return edexml_writer.write(
        Edexml(
            school_year=year_of(clock.today())[0],
            groups=(
                EdexGroup(key="g5", name="Groep 5", year_level="5"),
                EdexGroup(key="mix", name="1/2", year_level="1,2"),
            ),
            pupils=(
                _pupil("1", "Noor", "Bakker"),
                _pupil("2", "Fenna", "van den Berg"),
                _pupil("3", "Guus"),
                _pupil("4", "Zonder", birth_date=None),
                _pupil("5", "Kleine", group_key="mix", year_level="1"),
            ),
            staff=(
                EdexStaff(key="s", first_name="Hanneke", last_name="Wolf", roles=("leerkracht",), group_keys=("g5",)),
            ),
        )
    )  # fmt: skip


def _pupil(key: str, first: str, last: str = "Nieuw", **other: Any) -> EdexPupil:
    told = {"birth_date": date(2018, 3, 3), "group_key": "g5", "year_level": "5"} | other
    return EdexPupil(key=key, first_name=first, last_name=last, **told)


def bring(page: Page, kind: str) -> None:
    """Chooses a file on the page of imports and looks at what it would change."""
    files: dict[str, FilePayload] = {
        "edexml": {"name": "school.xml", "mimeType": "text/xml", "buffer": edexml()},
        "guardians": {"name": "ouders.csv", "mimeType": "text/csv", "buffer": SHEET.encode()},
    }
    page.set_input_files(f"#file-{kind}", files=[files[kind]])
    with page.expect_navigation():
        page.locator(f"form[action='/admin/imports/{kind}'] button").click()

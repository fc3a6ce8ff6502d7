"""Who is who, for the pages of the administration: lists, the roads of a person and of a pupil, and their history."""

from school.directory.history import Happening
from school.directory.history import of_person as history_of_person
from school.directory.history import of_pupil as history_of_pupil
from school.directory.people import KINDS, MOST, ROLE_NAMES, counts, everybody, names
from school.directory.pupils import STATES, Row, matching, missing_count, pupils
from school.directory.roads import Road, Roads, roads_of_person, roads_of_pupil
from school.directory.subjects import of_entries as subjects

__all__ = [
    "KINDS",
    "MOST",
    "ROLE_NAMES",
    "STATES",
    "Happening",
    "Road",
    "Roads",
    "Row",
    "counts",
    "everybody",
    "history_of_person",
    "history_of_pupil",
    "matching",
    "missing_count",
    "names",
    "pupils",
    "roads_of_person",
    "roads_of_pupil",
    "subjects",
]  # fmt: skip

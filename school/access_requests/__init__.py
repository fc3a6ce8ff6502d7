"""A guardian asks access to a child for somebody else; the school decides (rules R1 and R2).

Another parent or carer: the office or the director. Somebody closely involved: the child's teacher agrees, then the
director decides, for a year at most. What was asked by one guardian is not told to another one.
"""

from school.access_requests.asking import Wanted, ask, askable, withdraw
from school.access_requests.deciding import FOR_EXCEPTIONS, Terms, agree, grant, refuse, who_can_agree
from school.access_requests.lists import count_waiting, decided, of_guardian, reading_along, waiting
from school.access_requests.meant import candidates, given_to, is_certain
from school.access_requests.tables import KINDS, OPEN, STATES, AccessRequest

__all__ = [
    "FOR_EXCEPTIONS", "KINDS", "OPEN", "STATES", "AccessRequest", "Terms", "Wanted", "agree", "ask", "askable",
    "candidates", "count_waiting", "decided", "given_to", "grant", "is_certain", "of_guardian", "reading_along",
    "refuse", "waiting", "who_can_agree", "withdraw",
]  # fmt: skip

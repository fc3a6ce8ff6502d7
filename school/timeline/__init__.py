"""The timeline: posts as one person sees them, ready to be shown."""

from school.timeline.above import Morning, TeamGroup, morning, own_groups, requests_waiting
from school.timeline.cards import (
    Card,
    Document,
    Picture,
    Reads,
    Tag,
    days_label,
    document,
    group_label,
    month_label,
    picture,
)
from school.timeline.own_children import Child, children
from school.timeline.posts import PAGE, TILES, Filters, Page, card, count_mine, mine, page, to_confirm, unread
from school.timeline.rows import UNREAD_DAYS

__all__ = [
    "PAGE", "TILES", "UNREAD_DAYS", "Card", "Child", "Document", "Filters", "Morning", "Page", "Picture",
    "Reads", "Tag", "TeamGroup", "card", "children", "count_mine", "days_label", "document", "group_label", "mine",
    "month_label", "morning", "own_groups", "page", "picture", "requests_waiting", "to_confirm", "unread",
]  # fmt: skip

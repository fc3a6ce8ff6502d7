"""The timeline's noun: posts and what hangs on them."""

from school.feed.audience import Audience, audience, audience_of, reached, seen_through_child
from school.feed.posts import (
    Content,
    back_to_draft,
    draft,
    pin,
    publish,
    publish_due,
    remove,
    remove_untouched,
    save,
    schedule,
    unpin,
    withdraw,
)
from school.feed.responses import comment, comments_of, confirm, existing, like, receipts, remove_comment, see
from school.feed.tables import KINDS, Comment, Post, PostGroup, Reaction, ReadReceipt

__all__ = [
    "KINDS",
    "Audience",
    "Comment",
    "Content",
    "Post",
    "PostGroup",
    "Reaction",
    "ReadReceipt",
    "audience",
    "audience_of",
    "back_to_draft",
    "comment",
    "comments_of",
    "confirm",
    "draft",
    "existing",
    "like",
    "pin",
    "publish",
    "publish_due",
    "reached",
    "receipts",
    "remove",
    "remove_comment",
    "remove_untouched",
    "save",
    "schedule",
    "see",
    "seen_through_child",
    "unpin",
    "withdraw",
]

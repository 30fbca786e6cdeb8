"""Messages to users: an inbox for everybody, text messages beside it where the topic and the reader want them."""

from servicehub.messages.reading import inbox, mark_read, prefer, preferences, unread
from servicehub.messages.sending import PersonalNumberInMessage, send
from servicehub.messages.topics import TOPICS, Topic

__all__ = [
    "TOPICS",
    "PersonalNumberInMessage",
    "Topic",
    "inbox",
    "mark_read",
    "prefer",
    "preferences",
    "send",
    "unread",
]

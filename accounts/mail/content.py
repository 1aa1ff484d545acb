"""What a mail says, as text that a row can hold, and back."""

import json
from collections.abc import Sequence
from email.utils import make_msgid, parseaddr
from typing import TypedDict, cast

from django.core.mail import EmailMessage, EmailMultiAlternatives


class Content(TypedDict):
    subject: str
    body: str
    subtype: str
    sender: str
    to: list[str]
    cc: list[str]
    bcc: list[str]
    reply_to: list[str]
    headers: dict[str, str]
    alternatives: list[list[str]]


def pack(message: EmailMessage) -> str:
    """Every try will carry the same id, by which mailboxes know a repeat.

    Raises ValueError for what could never be sent: attachments, line breaks in a header.
    """
    if message.attachments:
        raise ValueError("Mail with attachments can't be stored.")
    if not any(name.lower() == "message-id" for name in message.extra_headers):
        message.extra_headers["Message-ID"] = new_id(message.from_email)
    # Built only to see that it can be.
    message.message()
    content = Content(
        subject=str(message.subject),
        body=str(message.body),
        subtype=message.content_subtype,
        sender=message.from_email,
        to=list(message.to),
        cc=list(message.cc),
        bcc=list(message.bcc),
        reply_to=list(message.reply_to),
        headers={name: str(value) for name, value in message.extra_headers.items()},
        alternatives=[
            [str(content), str(kind)] for content, kind in getattr(message, "alternatives", ())
        ],
    )
    return json.dumps(content)


def unpack(text: str) -> EmailMessage:
    content = cast(Content, json.loads(text))
    message = EmailMultiAlternatives(
        content["subject"],
        content["body"],
        content["sender"],
        content["to"],
        bcc=content["bcc"],
        cc=content["cc"],
        reply_to=content["reply_to"],
        headers=content["headers"],
    )
    message.content_subtype = content["subtype"]
    for alternative, kind in content["alternatives"]:
        message.attach_alternative(alternative, kind)
    return message


def new_id(sender: str) -> str:
    """Its domain is the sender's: asking for the name of this machine may take seconds."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return make_msgid(domain=domain or "localhost")


def addresses(message: EmailMessage) -> Sequence[str]:
    return [address for address in message.recipients() if address]

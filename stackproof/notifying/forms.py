"""A notice in the forms of those who take it. In none of them does a name act.

Sources: Slack, "Block Kit" (plain text objects aren't interpreted; a section has 3,000 characters,
a message 50 blocks) and "Escaping text"; Adaptive Cards 1.4 (a TextRun knows no Markdown) and
Microsoft Teams, "Post messages with webhooks" (28 KB); Amazon SNS API Reference, "Publish" (a
subject has less than 100 ASCII characters).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from jinja2 import Environment

from stackproof.notifying.notice import MOST, Group, Notice, Told

VERSION: Final = 1
_HEADER: Final = 150
_SECTION: Final = 3000
_SUBJECT: Final = 99
_COLOURS: Final = {0: "good", 1: "attention"}
_PAGE: Final = Environment(autoescape=True).from_string(
    """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ notice.title }}</title></head>
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em">{{ notice.stack }}</h1>
<p>{{ notice.verdict }}</p>
{% for group in notice.groups %}
<h2 style="font-size: 1em">{{ group.what }} ({{ group.told | length }})</h2>
<ul>
{% for told in group.told[:most] %}
<li>{% if told.severity %}<b>{{ told.severity }}</b> {{ told.control }}: {% endif %}\
{{ told.text }}{% if told.owner %} ({{ told.owner }}){% endif %}\
{% if told.ticket %} <small>{{ told.ticket }}</small>{% endif %}</li>
{% endfor %}
{% if group.told | length > most %}<li>and {{ group.told | length - most }} more</li>{% endif %}
</ul>
{% endfor %}
<p><small>account {{ notice.account }}, {{ notice.began[:16] }};
{{ notice.still }} failures that were there before</small></p>
</body></html>
"""
)


def as_slack(notice: Notice) -> dict[str, Any]:
    """Give it as a message of blocks for an incoming webhook."""
    fallback = notice.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = [
        {"type": "header", "text": _plain(notice.title, _HEADER)},
        {"type": "section", "text": _plain(notice.verdict, _SECTION)},
        *(
            {"type": "section", "text": _plain("\n".join(_lines(group)), _SECTION)}
            for group in notice.groups
        ),
        {"type": "context", "elements": [_plain(_foot(notice), _SECTION)]},
    ]
    return {"text": fallback[:_SECTION], "blocks": blocks}


def as_teams(notice: Notice) -> dict[str, Any]:
    """Give it as a message with an Adaptive Card for a workflow's webhook."""
    body = [
        _run(notice.title, weight="Bolder", color=_COLOURS.get(notice.exit_code, "warning")),
        _run(notice.verdict),
        *(
            _run(text, **({"weight": "Bolder"} if not number else {}))
            for group in notice.groups
            for number, text in enumerate(_lines(group))
        ),
        _run(_foot(notice), size="Small"),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def as_webhook(notice: Notice) -> dict[str, Any]:
    """Give all of it as plain data."""
    return {"notice": VERSION, "title": notice.title, **asdict(notice)}


def as_email(notice: Notice) -> tuple[str, str, str]:
    """Give it as a subject, as text and as a page of HTML."""
    page = _PAGE.render(notice=notice, most=MOST)
    return notice.title[:200], as_text(notice), page


def as_sns(notice: Notice) -> tuple[str, str]:
    """Give it as a subject and a message, which is the plain data as JSON."""
    subject = notice.title.encode("ascii", "replace").decode()[:_SUBJECT].strip()
    return subject, json.dumps(as_webhook(notice))


def as_text(notice: Notice) -> str:
    """Give it in lines."""
    groups = [line for group in notice.groups for line in ("", *_lines(group))]
    return "\n".join((notice.title, notice.verdict, *groups, "", _foot(notice)))


def _lines(group: Group) -> Iterator[str]:
    yield f"{group.what} ({len(group.told)})"
    yield from (f"• {_line(told)}" for told in group.told[:MOST])
    if len(group.told) > MOST:
        yield f"• and {len(group.told) - MOST} more"


def _line(told: Told) -> str:
    rank = f"{told.severity} {told.control}: " if told.severity else ""
    owner = f" ({told.owner})" if told.owner else ""
    id_ = f" {told.ticket}" if told.ticket else ""
    return f"{rank}{told.text}{owner}{id_}"


def _foot(notice: Notice) -> str:
    since = f", since {notice.since[:16]}" if notice.since else ""
    return (
        f"account {notice.account}, {notice.began[:16]}{since}; "
        f"{notice.still} failures that were there before"
    )


def _plain(text: str, most: int) -> dict[str, Any]:
    cut = text if len(text) <= most else f"{text[: most - 1]}…"
    return {"type": "plain_text", "text": cut, "emoji": False}


def _run(text: str, **style: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}

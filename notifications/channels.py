"""Send one text over one channel. The only room that touches the network; called outside every transaction."""

from __future__ import annotations

import smtplib
import uuid
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from notifications.faults import Permanent, Temporary
from notifications.models import Channel


@dataclass(frozen=True)
class Letter:
    """What goes out: to whom, under which lasting id, in the reader's language already."""

    id: uuid.UUID
    channel: str
    address: str
    username: str
    subject: str
    body: str


def send(letter: Letter) -> None:
    """Hand a letter over to its channel. Raises `Permanent`, `Temporary`."""
    if not letter.address:
        raise Permanent(_("There is no address for this channel."))
    if letter.channel == Channel.EMAIL:
        _mail(letter)
    else:
        _notify(letter)


def _mail(letter: Letter) -> None:
    host = settings.BASE_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    mail = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[letter.address],
        headers={"Message-ID": f"<{letter.id}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        get_connection(timeout=20).send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _text in refused.recipients.values()]
        said = f"{refused.recipients}"[:250]
        raise (Permanent if codes and min(codes) >= 500 else Temporary)(said) from refused
    except smtplib.SMTPResponseException as refused:
        lasting = refused.smtp_code >= 500 and not isinstance(refused, smtplib.SMTPAuthenticationError)
        raise (Permanent if lasting else Temporary)(f"{refused.smtp_code} {refused.smtp_error!r}"[:250]) from refused
    except (OSError, smtplib.SMTPException) as error:
        raise Temporary(f"{type(error).__name__}: {error}"[:250]) from error


def _notify(letter: Letter) -> None:
    from notifications.chat import send_chat

    url = settings.CHANNELS[letter.channel]
    url = url.replace("{phone}", quote(letter.address)).replace("{username}", quote(letter.username))
    # Robots take about two kilobytes; the reader's name comes first, for a group has many.
    text = f"@{letter.username} {letter.body}"[:600]
    send_chat(url, f"{text}\n[{letter.id}]")

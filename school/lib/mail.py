"""Mail as a mechanism: three templates make a mail, one function delivers it (or prints it, while no server is set)."""

from __future__ import annotations

import smtplib
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from school.lib import clock, text
from school.lib.config import Config

TEMPLATES = Path(__file__).parent.parent.parent / "templates" / "mail"
TIMEOUT = 20


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    text: str
    html: str


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        text.gettext, text.ngettext, newstyle=True, pgettext=text.pgettext
    )
    return environment


def render(notice: str, to: str, language: str, **context: Any) -> Mail:
    """Makes the mail from ``templates/mail/<notice>/{subject.txt,text.txt,body.html}`` in the reader's language."""
    with text.speaking(language):
        parts = [
            _environment().get_template(f"{notice}/{part}").render(language=language, **context)
            for part in ("subject.txt", "text.txt", "body.html")
        ]
    return Mail(to, parts[0].strip(), parts[1].strip() + "\n", parts[2])


def deliver(mail: Mail, message_id: str, config: Config) -> None:
    """Hands the mail to the server, or to the console. Raises OSError or smtplib.SMTPException."""
    if not config.mail_server:
        _print(mail)
        return
    with _connect(config) as server:
        server.send_message(_message(mail, message_id, config))


def _connect(config: Config) -> smtplib.SMTP:
    """No plaintext once encryption is asked for: a failing TLS is a failing mail."""
    if config.mail_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(config.mail_server, config.mail_port, timeout=TIMEOUT)
    else:
        server = smtplib.SMTP(config.mail_server, config.mail_port, timeout=TIMEOUT)
        if config.mail_security == "starttls":
            server.starttls()
    if config.mail_user:
        server.login(config.mail_user, config.mail_password)
    return server


def _message(mail: Mail, message_id: str, config: Config) -> EmailMessage:
    message = EmailMessage()
    message["From"] = config.mail_from or config.mail_user
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(clock.now())
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _print(mail: Mail) -> None:
    """Until mail is configured the administrator reads it here."""
    sys.stderr.write(f"\n── mail to {mail.to} ──\n{mail.subject}\n\n{mail.text}──\n\n")

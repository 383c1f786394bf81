"""WeCom, DingTalk, Feishu and text messages through apprise. Imported when something is sent: apprise is heavy.

apprise says only that it failed, and writes the HTTP status into its log; whether another try may help is read there.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import warnings
from typing import Any

import apprise
import requests
from apprise import plugins
from apprise.plugins import dingtalk, feishu, wecombot

from notifications.faults import Permanent, Temporary

_STATUS = re.compile(r"error=(\d{3})\b")
# Too Early, Too Many Requests and the like pass; every other 4xx is said of the request itself.
_PASSING = {408, 409, 423, 425, 429}
# Answers of the three robots that say "too often" or "busy"; every other code but 0 is for good (no such robot …).
_BUSY = {-1, 9499, 11232, 45009, 45033, 130101, 410100, 99991400}


class _Heeding:
    """`requests` as the three robots' plugins know it, heeding what the answer says and not only its HTTP status.

    WeCom, DingTalk and Feishu answer 200 with `{"errcode": 93000, "errmsg": "invalid webhook url"}`; apprise 2.2 takes
    that for success, and the message would be lost in silence.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        """Post; an answer that says no gets the HTTP status that it deserves."""
        answer = requests.post(*args, **kwargs)  # noqa: S113 (apprise gives the timeout)
        code, words = _said(answer)
        if answer.status_code == requests.codes.ok and code != 0:
            logging.getLogger("apprise").warning("The robot answered %s %s.", code, words)
            answer.status_code = 503 if code in _BUSY else 400
        return answer


def _said(answer: requests.Response) -> tuple[int, str]:
    try:
        said = answer.json()
        return int(said.get("errcode", said.get("code", 0))), str(said.get("errmsg", said.get("msg", "")))
    except (ValueError, TypeError, AttributeError, json.JSONDecodeError):
        return 0, ""


with warnings.catch_warnings():
    # apprise 2.2 looks for a module that Python 3.13 dropped, when it first loads all its plugins.
    warnings.filterwarnings("ignore", "'imghdr' is deprecated", DeprecationWarning)
    plugins.N_MGR.load_modules()  # type: ignore[no-untyped-call]
for _plugin in (wecombot, dingtalk, feishu):
    _plugin.requests = _Heeding()  # type: ignore[attr-defined]


class _Hearing(logging.Handler):
    """Keeps what apprise warns of in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread_id = threading.get_ident()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning."""
        if record.thread == self.thread_id:
            self.heard.append(record.getMessage())


def send_chat(url: str, text: str) -> None:
    """Send a text to an address of apprise. Raises `Temporary` or `Permanent` with what apprise said of it."""
    hearing, log = _Hearing(), logging.getLogger("apprise")
    log.addHandler(hearing)
    try:
        service = apprise.Apprise.instantiate(url)
        if not service:
            raise Temporary(_words(hearing.heard))
        # Without a title: a robot knows none, and apprise would put it before the text once more.
        done = service.notify(body=text)
    except TypeError as error:  # apprise refuses what it cannot read by this
        raise Temporary(str(error)) from error
    finally:
        log.removeHandler(hearing)
    if not done:
        raise _verdict(hearing.heard)


def _verdict(heard: list[str]) -> Permanent | Temporary:
    found = [int(status) for line in heard for status in _STATUS.findall(line)]
    for_good = any(400 <= status < 500 and status not in _PASSING for status in found)
    return (Permanent if for_good else Temporary)(_words(heard))


def _words(heard: list[str]) -> str:
    return " ".join(heard)[:250] or "apprise gave no reason"

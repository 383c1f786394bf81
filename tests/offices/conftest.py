"""The cast of the people stories: one bureau, its chief Wang, his B角 Li, the administrator."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from tests.factories import TODAY, AppointmentFactory, OfficeFactory, PersonFactory, PostFactory
from workflows.offices.models import Appointment, Office, Person, Post

NOW = dt.datetime.combine(TODAY, dt.time(1, 30), tzinfo=dt.UTC)  # 09:30 in the county


@dataclass(frozen=True)
class Cast:
    """Who is who."""

    bureau: Office
    chief_post: Post
    handler_post: Post
    wang: Person
    wang_as_chief: Appointment
    li: Person
    li_as_handler: Appointment
    admin: Person


@pytest.fixture
def cast(db: None) -> Cast:
    bureau = OfficeFactory(code="land", name="自然资源局")
    chief_post = PostFactory(office=bureau, key="land.chief", name="股长")
    handler_post = PostFactory(office=bureau, key="land.handler", name="经办人")
    wang = PersonFactory(username="wang", name="王建国")
    li = PersonFactory(username="li", name="李梅")
    return Cast(
        bureau,
        chief_post,
        handler_post,
        wang,
        AppointmentFactory(person=wang, post=chief_post),
        li,
        AppointmentFactory(person=li, post=handler_post),
        PersonFactory(username="admin", name="系统管理员", administrator=True),
    )

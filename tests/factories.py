"""Rows for tests: one factory for each model, traits for the states that stories need. Days are given by the test."""

from __future__ import annotations

import datetime as dt

import factory
from django.contrib.auth.hashers import make_password

from permits.models import Project
from workflows.offices.models import Appointment, Charge, Cover, Office, Person, Post, Recusal

COUNTY = "620799"
PASSWORD = "correct horse battery"
# A working Tuesday: the day on which the demo county stands.
TODAY = dt.date(2022, 3, 1)
LONG_AGO = dt.date(2021, 1, 4)


class PersonFactory(factory.django.DjangoModelFactory):
    """An active officer of the county who chose his own password, `PASSWORD`."""

    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        administrator = factory.Trait(is_staff=True, is_superuser=True)
        deactivated = factory.Trait(is_active=False, deactivated_at=dt.datetime(2022, 2, 1, tzinfo=dt.UTC))
        one_time = factory.Trait(must_change_password=True)

    username = factory.Sequence(lambda number: f"officer{number}")
    name = factory.Sequence(lambda number: f"张{number}")
    county = COUNTY
    language = "zh-hans"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class OfficeFactory(factory.django.DjangoModelFactory):
    """A bureau; `section`, `government` and `unit` are its other kinds."""

    class Meta:
        model = Office

    class Params:
        section = factory.Trait(kind=Office.Kind.SECTION)
        government = factory.Trait(kind=Office.Kind.GOVERNMENT)
        unit = factory.Trait(kind=Office.Kind.UNIT)

    county = COUNTY
    code = factory.Sequence(lambda number: f"office-{number}")
    name = factory.Sequence(lambda number: f"第{number}局")
    kind = Office.Kind.BUREAU
    parent = None


class PostFactory(factory.django.DjangoModelFactory):
    """A post of an office."""

    class Meta:
        model = Post

    county = COUNTY
    office = factory.SubFactory(OfficeFactory)
    key = factory.Sequence(lambda number: f"post.{number}")
    name = "股长"


class AppointmentFactory(factory.django.DjangoModelFactory):
    """A person on a post since long ago; `ended` leaves him without it from today on."""

    class Meta:
        model = Appointment

    class Params:
        ended = factory.Trait(ends=TODAY - dt.timedelta(days=1))

    person = factory.SubFactory(PersonFactory)
    post = factory.SubFactory(PostFactory)
    starts = LONG_AGO
    ends = None


class CoverFactory(factory.django.DjangoModelFactory):
    """Somebody stands in this week; `expired` ended yesterday, `vacancy` is for a post that nobody holds."""

    class Meta:
        model = Cover

    class Params:
        expired = factory.Trait(starts=TODAY - dt.timedelta(days=8), ends=TODAY - dt.timedelta(days=1))
        vacancy = factory.Trait(principal=None)

    principal = factory.SubFactory(AppointmentFactory)
    post = factory.LazyAttribute(lambda made: made.principal.post)
    stand_in = factory.SubFactory(PersonFactory)
    starts = TODAY
    ends = TODAY + dt.timedelta(days=6)
    authority_no = "政办函〔2022〕12号"
    reason = "外出培训"


class ChargeFactory(factory.django.DjangoModelFactory):
    """A leader's post in charge of an office."""

    class Meta:
        model = Charge

    post = factory.SubFactory(PostFactory)
    office = factory.SubFactory(OfficeFactory)
    starts = LONG_AGO


class ProjectFactory(factory.django.DjangoModelFactory):
    """A key project in preparation: the wind farm; `gas` is the station on land from the market."""

    class Meta:
        model = Project

    class Params:
        gas = factory.Trait(
            name="城区加气站建设项目",
            sector="commerce",
            site_class="gas_station",
            unit="城区燃气有限责任公司",
            applicant_post="applicant.gas",
        )

    county = COUNTY
    name = "绣花庙风电场项目"
    name_key = factory.SelfAttribute("name")
    kind = Project.Kind.NEW
    sector = "energy"
    site_class = "wind"
    unit = "绣花庙风电有限公司"
    applicant_post = "applicant.windfarm"
    year = 2022
    total_wan = 13760
    plan_wan = 4110
    done_wan = 0
    created_at = dt.datetime(2022, 1, 10, 1, tzinfo=dt.UTC)
    updated_at = factory.SelfAttribute("created_at")


class RecusalFactory(factory.django.DjangoModelFactory):
    """A declaration that stands."""

    class Meta:
        model = Recusal

    county = COUNTY
    person = factory.SubFactory(PersonFactory)
    subject_key = "project:1"
    reason = "配偶为申请单位股东"
    declared_at = dt.datetime(2022, 2, 21, 1, tzinfo=dt.UTC)
    declared_by = factory.SelfAttribute("person")

"""A version that open applications run on may not vanish from the code."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.factories import COUNTY, OfficeFactory
from tests.permits import planted
from workflows.flow import checks, registry
from workflows.flow.procedure import ProcedureFlow
from workflows.models import Application

NOW = dt.datetime(2022, 3, 1, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


def application(flow: type[ProcedureFlow], **columns: object) -> Application:
    return Application.objects.create(
        flow_class=flow,
        county=COUNTY,
        number=f"{flow.__name__}-1",
        procedure=flow.procedure.code,
        version=flow.version,
        subject="绣花庙风电场项目",
        subject_key="project:1",
        applicant="绣花庙风电有限公司",
        office=OfficeFactory(code=f"office-of-{flow.__name__.lower()}"),
        content_hash="0" * 64,
        received_at=NOW,
        **columns,
    )


def test_an_open_application_whose_version_is_gone_fails_the_database_check() -> None:
    application(planted.Sound)
    assert checks.missing_versions() == ["permits/procedures.planted.Sound"]
    found = checks.open_applications_have_their_version(None, databases=["default"])
    assert [message.id for message in found] == ["workflows.E008"]
    assert "permits/procedures.planted.Sound" in found[0].msg


def test_a_closed_application_needs_its_version_no_more_and_a_published_one_is_there() -> None:
    application(planted.Sound, finished=NOW)
    application(registry.procedure("land_pre_review").current)
    assert checks.missing_versions() == []
    assert checks.open_applications_have_their_version(None, databases=["default"]) == []


def test_the_check_asks_the_database_only_when_told_to() -> None:
    application(planted.Sound)
    assert checks.open_applications_have_their_version(None) == []

"""项目代码 typed by hand: normalised, its check digit right, and no other project's."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from permits import refusals
from permits.ledger.facts import CodeStatus
from permits.ledger.project_code import check_digit, normalise, status
from permits.models import Project, ProjectCode


def new_code(project: Project, text: str, today: dt.date) -> ProjectCode:
    """An unsaved code of this project, in force from today. Raises `Wrong`.

    A code of before 2021 has another check and is taken as it is (DOMAIN.md 1.2).
    """
    code = normalise(text.strip())
    found = status(code)
    if found == CodeStatus.BAD_CHECK:
        right = check_digit(code.replace("-", "")[:19])
        raise refusals.Wrong(
            _("The check digit of %(code)s is wrong: it would be %(right)s. Look for a slip of the pen.")
            % {"code": code, "right": right},
            "code",
        )
    if found not in (CodeStatus.OK, CodeStatus.LEGACY):
        raise refusals.Wrong(_("A project code has 24 characters: 2110-620799-05-05-280233."), "code")
    if ProjectCode.objects.filter(project__county=project.county, code=code).exists():
        raise refusals.Wrong(_("Another project has the code %(code)s.") % {"code": code}, "code")
    legacy = found == CodeStatus.LEGACY
    kind = ProjectCode.Kind.LEGACY if legacy else ProjectCode.Kind.CURRENT
    return ProjectCode(project=project, code=code, kind=kind, check_status=str(found), since=today)

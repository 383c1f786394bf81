"""Forms about people: they read and clean what was typed; whether it is allowed is the operations' to say."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from workflows.audit.refused import Refused
from workflows.offices import people, recusals
from workflows.offices.access_log import note_refusal
from workflows.offices.covers import MOST_DAYS


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class HouseForm(forms.Form):
    """A form in the house's dress that can carry an operation's refusal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress = "kg-select" if isinstance(field.widget, forms.Select) else "kg-input"
            field.widget.attrs.setdefault("class", dress)

    def refuse(self, request: HttpRequest, refused: Refused) -> int:
        """Show an operation's sentence above the form, and keep it where it matters; the status to answer with."""
        note_refusal(request, refused)
        self.add_error(None, str(refused))
        return refused.status


class PersonForm(HouseForm):
    """A new account, or its name and phone."""

    username = forms.CharField(label=_("User name"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class CorrectionForm(HouseForm):
    """A person's name and phone; the user name stays."""

    name = forms.CharField(label=_("Name"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)


class RosterForm(HouseForm):
    """A list of officers."""

    file = forms.FileField(label=_("List of officers (.xlsx or .csv)"))
    dry_run = forms.BooleanField(label=_("Only show what would change"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dry_run"].widget.attrs["class"] = "kg-check"


class PasswordForm(HouseForm):
    """Change one's own password."""

    old = forms.CharField(
        label=_("Present password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters, not only digits, nothing common, not your name."),
    )
    again = forms.CharField(
        label=_("New password, again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """The two must be the same, and not the present one."""
        found = super().clean() or {}
        if found.get("new") and found.get("again") and found["new"] != found["again"]:
            self.add_error("again", _("The two new passwords differ."))
        elif found.get("new") and found["new"] == found.get("old"):
            self.add_error("new", _("Choose another password than the present one."))
        return found


class CoverForm(HouseForm):
    """代理: who is away (or which post is vacant), who stands in, from when to when, by which authority."""

    principal = forms.ChoiceField(label=_("Who is away, in which post"))
    stand_in = forms.TypedChoiceField(label=_("Who stands in"), coerce=int)
    starts = forms.DateField(label=_("From"), widget=DayInput())
    ends = forms.DateField(label=_("To"), widget=DayInput(), help_text=_("Both days included."))
    authority_no = forms.CharField(label=_("Written authority"), max_length=80)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, county: str, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["principal"].choices = people.principal_choices(county, day)  # type: ignore[attr-defined]
        self.fields["stand_in"].choices = people.officer_choices(county)  # type: ignore[attr-defined]
        latest = day + dt.timedelta(days=MOST_DAYS)
        self.fields["ends"].widget.attrs["max"] = latest.isoformat()


class RecusalForm(HouseForm):
    """回避: who, from which project, why."""

    person = forms.TypedChoiceField(label=_("Who may not act"), coerce=int)
    subject = forms.ChoiceField(label=_("Project"))
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, choices: list[tuple[int, str]], county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        self.fields["subject"].choices = recusals.subjects(county)  # type: ignore[attr-defined]


class AppointForm(HouseForm):
    """任职: to which post, from when, by which document."""

    post = forms.TypedChoiceField(label=_("Post"), coerce=int)
    starts = forms.DateField(label=_("First day"), widget=DayInput())
    document_no = forms.CharField(label=_("Document number"), max_length=80, required=False)

    def __init__(self, *args: Any, county: str, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = people.post_choices(county, day)  # type: ignore[attr-defined]


class TransferForm(AppointForm):
    """调任: which appointment is left."""

    appointment = forms.IntegerField(widget=forms.HiddenInput())


class LastDayForm(HouseForm):
    """The last day of an appointment, a cover or a charge."""

    last_day = forms.DateField(label=_("Last day"), widget=DayInput())


class ChargeForm(HouseForm):
    """分管: which leader's post, which office, from when."""

    post = forms.TypedChoiceField(label=_("Leader's post"), coerce=int)
    office = forms.TypedChoiceField(label=_("Office"), coerce=int)
    starts = forms.DateField(label=_("First day"), widget=DayInput())

    def __init__(self, *args: Any, county: str, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["post"].choices = people.post_choices(county, day)  # type: ignore[attr-defined]
        self.fields["office"].choices = [  # type: ignore[attr-defined]
            (row["office"].pk, row["office"].label) for row in people.office_tree(county, day)
        ]


class ReasonForm(HouseForm):
    """A reason that goes into the record."""

    reason = forms.CharField(label=_("Reason"), max_length=300)

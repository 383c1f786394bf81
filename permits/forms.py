"""Forms about projects: they read and clean what was typed; whether it is allowed is the operations' to say."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from permits.bars import BARS
from permits.models import Block, Project
from permits.operations.projects import Sheet
from permits.operations.rights import ENDINGS
from permits.routing.asked import ASKED
from permits.routing.table import TABLE
from workflows.flow.procedure import Procedure
from workflows.offices.forms import DayInput, HouseForm
from workflows.offices.models import Post


def _money(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=Decimal(0), **more)


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def _degrees(label: Any, hint: Any) -> forms.DecimalField:
    """Degrees with six decimals, a tenth of a metre; the operation says whether they lie in China."""
    return forms.DecimalField(
        label=label,
        max_digits=9,
        decimal_places=6,
        required=False,
        help_text=hint,
        widget=forms.NumberInput(attrs={"class": "kg-input", "step": "0.000001", "inputmode": "decimal"}),
    )


class ProjectForm(HouseForm):
    """A project's facts; the code only when it is new."""

    name = forms.CharField(label=pgettext_lazy("project", "Name"), max_length=200)
    code = forms.CharField(label=_("Project code"), max_length=40, required=False)
    year = forms.IntegerField(label=_("Plan year"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *Project.Kind.choices], required=False)
    site = forms.ChoiceField(label=_("Class (decides the route)"), required=False)
    content = forms.CharField(label=_("Content and scale"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    town = forms.CharField(label=_("Town"), max_length=60, required=False)
    unit = forms.CharField(label=_("Project unit"), max_length=120, required=False)
    contact = forms.CharField(label=_("Contact"), max_length=60, required=False)
    bureau = forms.CharField(label=_("Bureau in charge"), max_length=60, required=False)
    applicant_post = forms.ChoiceField(label=_("Account of the project unit"), required=False)
    total_wan = _money(_("Total investment (10,000 yuan)"), required=False)
    plan_wan = _money(_("Plan of the year (10,000 yuan)"), required=False)
    done_wan = _money(_("Done this year (10,000 yuan)"), required=False)
    planned_start_from = _day(_("Planned start, first day"), required=False)
    planned_start_to = _day(_("Planned start, last day"), required=False)
    latitude = _degrees(
        _("Latitude (degrees north)"), _("CGCS2000 or WGS84, e.g. 38.784512; not the position of a map app.")
    )
    longitude = _degrees(_("Longitude (degrees east)"), _("e.g. 101.088436; leave both empty when nobody measured it."))

    def __init__(self, *args: Any, county: str, with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = [(f"{sector}/{kind}", str(row.title)) for (sector, kind), row in TABLE.items()]
        self.fields["site"].choices = [("", "—"), *classes]  # type: ignore[attr-defined]
        units = Post.objects.filter(county=county, key__startswith="applicant.").select_related("office")
        named = [(post.key, post.title) for post in units.order_by("key")]
        self.fields["applicant_post"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        if not with_code:
            del self.fields["code"]
        for fact in ASKED:
            self.fields[f"fact_{fact.code}"] = _fact_field(fact)

    @property
    def sections(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """(heading, hint, fields): the project, then the facts of its site."""
        fields = self.visible_fields()
        asked = [bound for bound in fields if bound.name.startswith("fact_")]
        own = [bound for bound in fields if bound not in asked]
        hint = _("They decide which bars the project needs. What is left open is assumed as is usual for its class.")
        return [("", "", own), (_("What the route turns on"), hint, asked)]

    def sheet(self, kept: dict[str, Any] | None = None) -> Sheet:
        """What was filled in; of the facts on record (`kept`) those that the form does not ask about stay."""
        given = {name: self.cleaned_data[name] for name in Sheet.__dataclass_fields__ if name != "facts"}
        said = {fact.code: self.cleaned_data[f"fact_{fact.code}"] for fact in ASKED}
        facts = {**(kept or {}), **{code: _plain(value) for code, value in said.items()}}
        return Sheet(**given, facts={code: value for code, value in facts.items() if value != ""})


def initial_of(sheet: Sheet) -> dict[str, Any]:
    """The form's first values for what is on record."""
    found = {name: getattr(sheet, name) for name in Sheet.__dataclass_fields__ if name != "facts"}
    for fact in ASKED:
        value = sheet.facts.get(fact.code, "")
        found[f"fact_{fact.code}"] = {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    return found


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


class PermitForm(HouseForm):
    """A bar that was cleared elsewhere."""

    bar = forms.ChoiceField(label=_("Bar"), choices=[(bar.code, bar.title) for bar in BARS.values()])
    number = forms.CharField(label=_("Number of the document"), max_length=80)
    issued_on = _day(_("Date of issue"))
    valid_until = _day(_("Valid until"), required=False)
    upload = forms.FileField(label=_("Scan"), required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class EndPermitForm(HouseForm):
    """End a permit; what it cleared is open again."""

    permit_id = forms.ChoiceField(label=_("Permit"))
    ending = forms.ChoiceField(
        label=_("How it ends"),
        choices=list(
            zip(
                ENDINGS,
                (
                    _("revoked as unlawful"),
                    _("withdrawn for the public good"),
                    _("struck from the register"),
                    _("lapsed"),
                ),
                strict=True,
            )
        ),
    )
    on = _day(_("Day"))
    reason = forms.CharField(label=_("Reasons"), max_length=300)

    def __init__(self, *args: Any, permits: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permit_id"].choices = permits  # type: ignore[attr-defined]


class ExtendPermitForm(HouseForm):
    """A later last day of a permit."""

    permit_id = forms.ChoiceField(label=_("Permit"))
    valid_until = _day(_("New last day"))
    reason = forms.CharField(label=_("Reasons"), max_length=300)

    def __init__(self, *args: Any, permits: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permit_id"].choices = permits  # type: ignore[attr-defined]


class StartForm(HouseForm):
    """The actual start, with what proves it."""

    on = _day(_("Day of the actual start"))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300, help_text=_("Order to start, supervisor's log, photographs: name them.")
    )
    upload = forms.FileField(label=_("Scan"), required=False)


class DayForm(HouseForm):
    """One day."""

    on = _day(_("Day"))


class BlockForm(HouseForm):
    """Why the project cannot go on."""

    causes = forms.MultipleChoiceField(
        label=_("Causes"), choices=Block.Cause.choices, widget=forms.CheckboxSelectMultiple(attrs={"class": "kg-check"})
    )
    text = forms.CharField(label=_("In words"), max_length=500, required=False)


class FigureForm(HouseForm):
    """A month's plan and done, cumulative over the year."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    month = forms.IntegerField(label=_("Month"), min_value=1, max_value=12)
    plan_wan = _money(_("Plan, cumulative (10,000 yuan)"), required=False)
    done_wan = _money(_("Done, cumulative (10,000 yuan)"), required=False)


class LeadForm(HouseForm):
    """The leader in charge of the project."""

    post_key = forms.ChoiceField(label=_("Leader's post"))
    starts = _day(_("From"))

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Post.objects.filter(county=county, office__kind="government").select_related("office").order_by("key")
        self.fields["post_key"].choices = [(post.key, post.title) for post in found]  # type: ignore[attr-defined]


class CodeForm(HouseForm):
    """A new project code after a new approval."""

    code = forms.CharField(label=_("New project code"), max_length=40)
    reason = forms.CharField(label=_("Reasons"), max_length=200)


class SplitForm(HouseForm):
    """Parts of a project, one a line."""

    parts = forms.CharField(
        label=_("Parts"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One part a line: its name, a comma, its total investment in 10,000 yuan."),
    )

    def clean_parts(self) -> list[tuple[str, Decimal]]:
        """Read the lines; names the first that does not fit."""
        found = []
        for line in self.cleaned_data["parts"].splitlines():
            name, _comma, amount = line.replace("，", ",").rpartition(",")
            try:
                if line.strip():
                    found.append((name.strip(), Decimal(amount.strip())))
            except ArithmeticError as error:
                raise forms.ValidationError(_("This line has no amount: %(line)s") % {"line": line[:60]}) from error
        return found


class MergeForm(HouseForm):
    """Other projects that become one with this one."""

    name = forms.CharField(label=_("Name of the common project"), max_length=200)
    others = forms.MultipleChoiceField(label=_("Together with"), widget=forms.SelectMultiple(attrs={"size": 8}))

    def __init__(self, *args: Any, projects: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].choices = projects  # type: ignore[attr-defined]


class CaseForm(HouseForm):
    """The facts of one procedure's application."""

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in procedure.facts:
            self.fields[fact.code] = _fact_field(fact)

    def facts(self) -> dict[str, str]:
        """What was filled in, as the engine keeps it."""
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else str(value)
            for name, value in self.cleaned_data.items()
            if value not in (None, "")
        }


def _fact_field(fact: Any) -> forms.Field:
    label = f"{fact.title} ({fact.unit})" if fact.unit else str(fact.title)
    given: dict[str, Any] = {"label": label, "required": fact.required}
    if fact.kind == "number":
        return forms.DecimalField(**given, min_value=0, widget=forms.NumberInput(attrs={"class": "kg-input"}))
    if fact.kind == "date":
        found: forms.Field = _day(given.pop("label"), required=fact.required)
        found.widget.attrs["class"] = "kg-input"
        return found
    if fact.kind in ("choice", "yes_no"):
        options = fact.choices or (("yes", _("yes")), ("no", _("no")))
        return forms.ChoiceField(
            **given, choices=[("", "—"), *options], widget=forms.Select(attrs={"class": "kg-select"})
        )
    return forms.CharField(**given, max_length=500, widget=forms.TextInput(attrs={"class": "kg-input"}))

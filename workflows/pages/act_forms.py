"""Forms of the acts beside the steps; their choices come from the application and the person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from workflows.clock.days import civil_date
from workflows.clock.events import ClockEvent
from workflows.escalation import reminding
from workflows.models import Application, ClockRow, CoSigner, CoSignPolicy
from workflows.offices.forms import DayInput, HouseForm
from workflows.offices.models import Post
from workflows.operations import clock_acts, clock_correcting, handing_over, rectifying
from workflows.operations.core import Actor
from workflows.templatetags.acts import correction_words


class ActForm(HouseForm):
    """Knows whose act on which application it is."""

    def __init__(self, *args: Any, application: Application, actor: Actor, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.application, self.actor, self.now = application, actor, now
        self.choose()

    def choose(self) -> None:
        """Fill the choices."""

    def options(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """Give a field its choices."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]


def text_field(label: Any, *, required: bool = True) -> forms.CharField:
    """A text of several lines."""
    area = forms.Textarea(attrs={"rows": 3, "class": "kg-area"})
    return forms.CharField(label=label, widget=area, max_length=4000, required=required)


class NoteForm(ActForm):
    """A note for colleagues."""

    text = text_field(_("Note"))


class StopForm(ActForm):
    """Why the clock stops, by which notice, until about when."""

    ground = forms.ChoiceField(label=_("Ground in the law"))
    notice = forms.CharField(label=_("Number of the written notice"), max_length=120)
    expected_end = forms.DateField(label=_("Expected end"), widget=DayInput())
    opinion = text_field(_("Remark"), required=False)

    def choose(self) -> None:
        """The grounds that the rule knows."""
        language = get_language() or ""
        rule = clock_acts.rule_of(self.application)
        self.options("ground", [(ground.key, ground.name.of(language)) for ground in rule.grounds])


class ResumeForm(ActForm):
    """The last day that did not count."""

    last_day = forms.DateField(label=_("Last day that did not count"), widget=DayInput())
    notice = forms.CharField(label=_("Number of the document"), max_length=120, required=False)
    opinion = text_field(_("Remark"), required=False)

    def choose(self) -> None:
        """Today is the usual answer."""
        self.fields["last_day"].initial = civil_date(self.now)


class ExtendForm(ActForm):
    """By how many working days, why, by which notice."""

    days = forms.IntegerField(label=_("Working days"), min_value=1, max_value=60, initial=10)
    notice = forms.CharField(label=_("Number of the written notice"), max_length=120)
    opinion = text_field(_("Reasons, as told to the applicant"))


class WithdrawForm(ActForm):
    """The applicant does not go on."""

    document = forms.CharField(
        label=_("The applicant's written request (at the counter)"), max_length=120, required=False
    )
    opinion = text_field(_("Reasons"), required=False)


class ReasonsForm(ActForm):
    """Reasons, nothing else."""

    opinion = text_field(_("Reasons"))


class AnnulForm(ActForm):
    """Reasons and the decision's number."""

    document = forms.CharField(label=_("Number of the decision"), max_length=120)
    opinion = text_field(_("Reasons"))


class ProposeForm(ActForm):
    """Other words for an act of one's own, or of one's office."""

    sign_off_id = forms.TypedChoiceField(label=_("Act"), coerce=int)
    words = text_field(_("Corrected words"))
    reason = text_field(_("Reason"))

    def choose(self) -> None:
        """The newest first."""
        rows = reversed(rectifying.correctable(self.application, self.actor))
        self.options(
            "sign_off_id", [(row.pk, f"{row.post_title} {row.signer_name} · {row.opinion[:40]}") for row in rows]
        )


class ConfirmForm(ActForm):
    """A colleague's correction."""

    proposal_id = forms.TypedChoiceField(label=_("Proposed correction"), coerce=int)

    def choose(self) -> None:
        """What colleagues proposed."""
        rows = rectifying.proposals(self.application, self.actor)
        self.options("proposal_id", [(row.pk, f"{row.signer_name}: {row.opinion[:80]}") for row in rows])


def event_words(event: ClockEvent) -> str:
    """A record of the clock in one line: what, on which day, by which notice."""
    words = [str(ClockRow.Kind(event.kind).label), event.effective.isoformat()]
    if event.expected_end:
        words.append(_("announced until %(day)s") % {"day": event.expected_end.isoformat()})
    if event.days:
        words.append(ngettext("%(n)s day", "%(n)s days", event.days) % {"n": event.days})
    return " · ".join([*words, *([event.notice] if event.notice else [])])


class ClockProposeForm(ActForm):
    """What holds instead of a record of the clock; what stays empty is kept."""

    event_id = forms.TypedChoiceField(label=_("Record"), coerce=int)
    void = forms.BooleanField(label=_("It never took effect"), required=False)
    effective = forms.DateField(label=_("Right day"), widget=DayInput(), required=False)
    expected_end = forms.DateField(label=_("Right announced end (of a stop)"), widget=DayInput(), required=False)
    days = forms.IntegerField(
        label=_("Right number of days (of an extension)"), min_value=1, max_value=60, required=False
    )
    notice = forms.CharField(label=_("Right number of the notice"), max_length=120, required=False)
    reason = text_field(_("Reason"))

    def choose(self) -> None:
        """Every record that stands, the newest first."""
        rows = reversed(clock_correcting.standing_events(self.application))
        self.options("event_id", [(event.id, event_words(event)) for event in rows])


class ClockConfirmForm(ActForm):
    """A colleague's correction of the clock, with the date that it moves."""

    proposal_id = forms.TypedChoiceField(label=_("Proposed correction"), coerce=int)
    opinion = text_field(_("Remark"), required=False)

    def choose(self) -> None:
        """What colleagues proposed."""
        rows = clock_correcting.proposals(self.application, self.actor)
        self.options("proposal_id", [(row.pk, f"{row.signer_name}: {correction_words(row.details)}") for row in rows])


class HandOverForm(ActForm):
    """Which step, to whom, why."""

    step_id = forms.TypedChoiceField(label=_("Step"), coerce=int)
    to_id = forms.TypedChoiceField(label=_("To whom"), coerce=int, required=False, empty_value=None)
    opinion = text_field(_("Reasons"))

    def choose(self) -> None:
        """Open steps, and who may act on them."""
        steps = handing_over.movable(self.application, self.actor)
        self.options("step_id", [(step.pk, str(step.flow_task.task_title)) for step in steps])
        people = handing_over.colleagues(self.application, self.actor, self.now)
        self.options("to_id", [("", _("everybody on the post")), *people])


class CoSignForm(ActForm):
    """Which posts, and how many must agree."""

    posts = forms.MultipleChoiceField(label=_("Posts to ask"), widget=forms.SelectMultiple(attrs={"size": 8}))
    rule = forms.ChoiceField(label=_("Who must agree"), choices=CoSignPolicy.Rule.choices)
    count = forms.IntegerField(label=_("If a number: how many"), min_value=0, max_value=20, required=False)
    opinion = text_field(_("What is asked"), required=False)

    def choose(self) -> None:
        """Every post of the county's offices."""
        rows = Post.objects.filter(county=self.application.county, closed_on__isnull=True).select_related("office")
        rows = rows.exclude(key__startswith="applicant.").order_by("office__code", "key")
        self.options("posts", [(row.key, row.title) for row in rows])

    def clean_count(self) -> int:
        """An empty number is none."""
        return self.cleaned_data["count"] or 0


class DirectiveForm(ActForm):
    """One task of a supervision."""

    owner_post = forms.ChoiceField(label=_("Owner"))
    task = text_field(_("What is to be done"))
    due_on = forms.DateField(label=_("Due"), widget=DayInput())
    evidence = forms.CharField(label=_("Evidence asked for"), max_length=300)

    def choose(self) -> None:
        """Every post of the county's offices."""
        rows = Post.objects.filter(county=self.application.county, closed_on__isnull=True).select_related("office")
        rows = rows.exclude(key__startswith="applicant.").order_by("office__code", "key")
        self.options("owner_post", [("", _("Choose")), *((row.key, row.title) for row in rows)])


class UrgeForm(ActForm):
    """What is urged."""

    opinion = text_field(_("What you urge"))


class RemindForm(ActForm):
    """What the project unit waits for, or complains about."""

    kind = forms.ChoiceField(label=_("What you write"), choices=list(reminding.KINDS.items()))
    opinion = text_field(_("In your words"))


class RemoveCoSignerForm(ActForm):
    """Which co-signer, and why."""

    co_signer_id = forms.TypedChoiceField(label=_("Co-signer"), coerce=int)
    opinion = text_field(_("Reasons"))

    def choose(self) -> None:
        """Those of open steps."""
        rows = CoSigner.objects.filter(
            step__process=self.application, step__finished__isnull=True, removed_at__isnull=True
        )
        self.options("co_signer_id", [(row.pk, row.post_title) for row in rows.order_by("order", "pk")])


class CoAnswerForm(ActForm):
    """Agree or object, with an opinion."""

    agrees = forms.TypedChoiceField(
        label=_("Answer"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("Agree")), ("no", _("Object"))],
    )
    opinion = text_field(_("Opinion"))


class RemarkForm(ActForm):
    """A remark, if any."""

    opinion = text_field(_("Remark"), required=False)

"""重点项目: what the county's ledger says of a project, who leads it, and which applications are its.

Money is 万元 with two decimals. A date that the ledger gives vaguely keeps its earliest and latest day, its precision
and its own words; nothing turns `3月底` into a bare date.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from workflows.models import Kept, KeptQuerySet

# China's bounds in degrees, from the Zengmu reef to the Heilong river, from the Pamir to the Ussuri, a little wider.
LATITUDES = (Decimal("3.5"), Decimal("53.7"))
LONGITUDES = (Decimal("73.4"), Decimal("135.2"))


class ProjectQuerySet(KeptQuerySet):
    """Projects of one county; `in_county` is the one filter."""

    def in_county(self, county: str) -> ProjectQuerySet:
        """Projects of this county (six-digit region code)."""
        return self.filter(county=county)

    def live(self) -> ProjectQuerySet:
        """Projects that still count: not merged away, split up or cancelled."""
        return self.exclude(phase__in=[Project.Phase.CANCELLED, Project.Phase.MERGED])


class Project(Kept):
    """A key construction project of the county."""

    class Kind(models.TextChoices):
        NEW = "new", _("new")
        CONTINUED = "continued", _("continued")
        EARLY = "early", _("early work")

    class Phase(models.TextChoices):
        PREPARING = "preparing", _("in preparation")
        MAY_START = "may_start", _("may start lawfully")
        STARTED = "started", _("started")
        STARTED_EARLY = "started_early", _("started before its approvals")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")
        MERGED = "merged", _("merged or split")

    county = models.CharField(max_length=6)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.CharField(max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, blank=True)
    sector = models.CharField(_("sector"), max_length=30, blank=True)
    site_class = models.CharField(_("class"), max_length=30, blank=True)
    phase = FSMField(_("phase"), choices=Phase.choices, default=Phase.PREPARING, protected=True)
    # What the route asks about: new land or not, hectares, sensitive areas … (permits.routing); empty means assumed.
    facts = models.JSONField(default=dict)
    content = models.TextField(_("content and scale"), blank=True)
    town = models.CharField(_("town"), max_length=60, blank=True)
    unit = models.CharField(_("project unit"), max_length=120, blank=True)
    contact = models.CharField(_("contact"), max_length=60, blank=True)
    bureau = models.CharField(_("bureau in charge"), max_length=60, blank=True)
    applicant_post = models.CharField(max_length=60, blank=True)
    # Where it stands: degrees, CGCS2000 (to a map the same as WGS84), not the shifted co-ordinates of map apps.
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True)

    year = models.PositiveSmallIntegerField(_("plan year"))
    total_wan = models.DecimalField(_("total investment"), max_digits=14, decimal_places=2, null=True)
    plan_wan = models.DecimalField(_("plan of the year"), max_digits=14, decimal_places=2, null=True)
    done_wan = models.DecimalField(_("done this year"), max_digits=14, decimal_places=2, null=True)
    statistics_wan = models.DecimalField(_("done by statistics"), max_digits=14, decimal_places=2, null=True)

    planned_start_text = models.CharField(max_length=60, blank=True)
    planned_start_from = models.DateField(null=True)
    planned_start_to = models.DateField(null=True)
    planned_start_precision = models.CharField(max_length=12, blank=True)

    gate_round = models.PositiveIntegerField(default=0)
    may_start_on = models.DateField(_("may start since"), null=True)
    started_on = models.DateField(_("actual start"), null=True)
    # 未批先建: stays true when the approvals come later.
    started_early = models.BooleanField(default=False)
    start_evidence = models.CharField(max_length=300, blank=True)
    start_file = models.FileField(upload_to="starts/%Y/%m/", max_length=200, blank=True)
    start_file_name = models.CharField(max_length=200, blank=True)
    start_sha256 = models.CharField(max_length=64, blank=True)
    in_statistics_on = models.DateField(_("in statistics since"), null=True)
    in_statistics = models.BooleanField(default=False)
    ledger_started = models.BooleanField(_("started, by the ledger"), default=False)

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    search = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: Any = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(
                condition=~Q(phase="may_start") | Q(may_start_on__isnull=False), name="may_start_has_its_date"
            ),
            models.CheckConstraint(
                condition=Q(planned_start_to__isnull=True) | Q(planned_start_to__gte=F("planned_start_from")),
                name="planned_start_in_order",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False)  # a range alone is not false of an unknown
                & Q(latitude__range=LATITUDES, longitude__range=LONGITUDES),
                name="project_lies_in_china",
            ),
        ]
        indexes = [
            models.Index(fields=["county", "year", "phase", "id"]),
            models.Index(fields=["county", "name_key"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """How the engine names this project: `project:<pk>`."""
        return f"project:{self.pk}"

    @transition(field=phase, source=[Phase.PREPARING], target=Phase.MAY_START)
    def open_gate(self) -> None:
        """Every bar of the route is cleared (成熟一个、开工一个)."""

    @transition(field=phase, source=[Phase.MAY_START], target=Phase.PREPARING)
    def shut_gate(self) -> None:
        """A bar lapsed or was voided before the start."""

    @transition(field=phase, source=[Phase.MAY_START], target=Phase.STARTED)
    def start(self) -> None:
        """Work began with every bar cleared."""

    @transition(field=phase, source=[Phase.PREPARING], target=Phase.STARTED_EARLY)
    def start_early(self) -> None:
        """Work began before the bars were cleared (未批先建); never a success."""

    @transition(field=phase, source=[Phase.STARTED_EARLY], target=Phase.STARTED)
    def regularise(self) -> None:
        """The missing approvals came after the start; the early start stays on record."""

    @transition(field=phase, source=[Phase.STARTED], target=Phase.STARTED_EARLY)
    def lose_ground(self) -> None:
        """A bar fell away after the start: building on is building without approval."""

    @transition(field=phase, source=[Phase.STARTED], target=Phase.COMPLETED)
    def complete(self) -> None:
        """Completed."""

    @transition(field=phase, source=[Phase.PREPARING, Phase.MAY_START], target=Phase.CANCELLED)
    def cancel(self) -> None:
        """Taken off the plan."""

    @transition(field=phase, source=[Phase.PREPARING, Phase.MAY_START, Phase.STARTED], target=Phase.MERGED)
    def merge_away(self) -> None:
        """Lives on in the projects that it was merged into or split up into."""


class ProjectCode(Kept):
    """项目代码: never overwritten; permits keep the code that they were issued under (DOMAIN.md E18)."""

    class Kind(models.TextChoices):
        CURRENT = "current", _("current")
        LEGACY = "legacy", _("legacy")
        SUPERSEDED = "superseded", _("superseded")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("project code"), max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    check_status = models.CharField(max_length=20, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["code"])]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=~Q(kind="superseded"), name="one_current_code")
        ]

    def __str__(self) -> str:
        return self.code


class Lead(Kept):
    """包抓: a county leader's post leads this project from..to; kept apart from the charge over offices."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="leads")
    post = models.ForeignKey("offices.Post", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    co_lead = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True)

    objects = KeptQuerySet.as_manager()


class Block(Kept):
    """卡点: why a project cannot go on, with its class, from..to."""

    class Cause(models.TextChoices):
        LAND = "land", _("land approvals")
        EIA = "eia", _("environmental assessment")
        MONEY = "money", _("money")
        EXPROPRIATION = "expropriation", _("expropriation and compensation")
        PLANNING = "planning", _("planning or land quota")
        PAPERS = "papers", _("other papers")
        HIGHER = "higher", _("higher authority")
        UNIT = "unit", _("the project unit itself")
        OTHER = "other", _("other")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="blocks")
    causes = models.JSONField(default=list)
    text = models.CharField(max_length=500, blank=True)
    since = models.DateField()
    cleared_on = models.DateField(null=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["project"], condition=Q(cleared_on__isnull=True), name="block_standing")]


class MonthlyFigure(Kept):
    """A month's planned and done investment, cumulative over the year, 万元."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="figures")
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    plan_wan = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    done_wan = models.DecimalField(max_digits=14, decimal_places=2, null=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "year", "month"], name="one_figure_a_month"),
            models.CheckConstraint(condition=Q(month__gte=1, month__lte=12), name="month_is_a_month"),
        ]


class Case(Kept):
    """Which project an application belongs to, and which bar it would clear."""

    application = models.OneToOneField("workflows.Application", on_delete=models.PROTECT, related_name="case")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="cases")
    bar = models.CharField(max_length=40)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = KeptQuerySet.as_manager()

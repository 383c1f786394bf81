"""Offices, posts and the people who hold them, from when to when.

People are deactivated, never deleted; appointments and covers end, they are never overwritten: what was signed keeps
the post and name of its day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

KEPT = "Rows that the record leans on are ended or deactivated, never deleted or rewritten."


class NeverDeleted(models.QuerySet[Any]):
    """A queryset whose rows end instead of vanishing."""

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: rows that the record leans on are ended or deactivated. Raises `models.ProtectedError`."""
        raise models.ProtectedError(KEPT, set())

    def _raw_delete(self, using: str | None) -> int:
        raise models.ProtectedError(KEPT, set())

    def update(self, **values: Any) -> int:
        """Update in bulk, but never what the record leans on. Raises `models.ProtectedError`."""
        if set(values) & getattr(self.model, "FIXED", frozenset()):
            raise models.ProtectedError(KEPT, set())
        return super().update(**values)

    def in_county(self, county: str) -> NeverDeleted:
        """Rows of one county (its six-digit region code)."""
        return self.filter(county=county)

    def on(self, day: dt.date) -> NeverDeleted:
        """Rows whose period (`starts`..`ends`, both included) holds `day`."""
        return self.filter(in_period(day))


def in_period(day: dt.date, prefix: str = "") -> Q:
    """The condition that `day` lies in starts..ends (both included, open end allowed) of the row or its relation."""
    return Q(**{f"{prefix}starts__lte": day, f"{prefix}withdrawn_at__isnull": True}) & (
        Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gte": day})
    )


def overlapping(starts: dt.date, ends: dt.date | None) -> Q:
    """The condition that a row's period shares a day with starts..ends (both included; an open end is None)."""
    touches = Q(ends__isnull=True) | Q(ends__gte=starts)
    if ends is not None:
        touches &= Q(starts__lte=ends)
    return touches & Q(withdrawn_at__isnull=True)


class Kept(models.Model):
    """Base of rows that may end but never vanish."""

    objects = NeverDeleted.as_manager()

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse. Raises `models.ProtectedError`."""
        raise models.ProtectedError(KEPT, {self})


class Period(Kept):
    """A row that holds from `starts` to `ends`, both days included; an open end is null.

    What it says of its days is fixed once written: it may only be ended, or withdrawn before its first day.
    """

    FIXED: ClassVar[frozenset[str]] = frozenset({"starts"})

    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; who, where and from when may not change after the first time. Raises `models.ProtectedError`."""
        was = getattr(self, "_was", {})
        if any(getattr(self, column) != value for column, value in was.items()):
            raise models.ProtectedError(KEPT, {self})
        super().save(*args, **kwargs)
        self._was = {column: getattr(self, column) for column in self._fixed_columns()}

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any, **kwargs: Any) -> Any:
        """Remember what was read, so that `save` can tell a change of what is fixed."""
        row: Any = super().from_db(db, field_names, values, **kwargs)
        row._was = {name: row.__dict__[name] for name in cls._fixed_columns() if name in row.__dict__}
        return row

    @classmethod
    def _fixed_columns(cls) -> set[str]:
        return {cls._meta.get_field(name).attname for name in cls.FIXED}  # type: ignore[union-attr]

    def holds_on(self, day: dt.date) -> bool:
        """Whether `day` lies in the period."""
        return self.withdrawn_at is None and self.starts <= day and (self.ends is None or day <= self.ends)


class PersonManager(models.Manager.from_queryset(NeverDeleted)):  # type: ignore[misc]
    """People by user name; needed by Django's authentication."""

    def get_by_natural_key(self, username: str) -> Person:
        """The person who signs in with this name, whatever its case. Raises `Person.DoesNotExist`."""
        return self.get(username__iexact=username)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Person:
        """Create an account; without a password it cannot sign in until one is set."""
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> Person:
        """Create the technical administrator."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Person(Kept, AbstractUser):
    """Somebody with an account. Holds posts by appointment; never deleted, only deactivated."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    county = models.CharField(max_length=6, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    # When he put the card "what to do first" away; it comes back from the help.
    toured_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PersonManager()  # type: ignore[misc]
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("username"), name="person_username_once")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name as written in the record, else the user name."""
        return self.name or self.username

    def get_full_name(self) -> str:
        """The display name, for Django's own pages."""
        return self.display_name

    def get_short_name(self) -> str:
        """The display name, for Django's own pages."""
        return self.display_name


class Session(AbstractBaseSession):
    """A signed-in browser; its person comes with it in one query, and all of one person's can be ended at once."""

    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="sessions")
    objects = BaseSessionManager()  # type: ignore[misc]

    @classmethod
    def get_session_store_class(cls) -> type:
        """The store that reads and writes these rows."""
        from workflows.offices.sessions import SessionStore

        return SessionStore


class Named(Kept):
    """A row with a Chinese and an English name."""

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, the Chinese one when there is no English."""
        return localized(self.name, self.name_en)


def localized(zh: str, en: str) -> str:
    """The text for the active language; Chinese is the fallback."""
    return en if en and (get_language() or "").startswith("en") else zh


class Office(Named):
    """单位: a bureau, its section, the county government, or a project unit."""

    class Kind(models.TextChoices):
        GOVERNMENT = "government", _("county government")
        BUREAU = "bureau", _("bureau")
        SECTION = "section", _("section")
        TOWN = "town", _("town")
        UNIT = "unit", _("project unit")

    county = models.CharField(max_length=6)
    code = models.SlugField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "code"], name="office_code_once")]
        verbose_name = _("office")
        verbose_name_plural = _("offices")


class Post(Named):
    """岗位: what an appointment is to. `key` (for example `land.chief`) is how steps name it."""

    county = models.CharField(max_length=6)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="posts")
    key = models.CharField(max_length=60)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "key"], name="post_key_once")]
        verbose_name = _("post")
        verbose_name_plural = _("posts")

    @property
    def title(self) -> str:
        """Office and post in the reader's language; every office has a chief."""
        return f"{self.office.label} {self.label}"


class Appointment(Period):
    """任职: this person holds this post from..to."""

    FIXED: ClassVar[frozenset[str]] = frozenset({"post", "person", "starts"})

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    document_no = models.CharField(_("document number"), max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "starts"]),
            models.Index(fields=["post", "starts"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="appointment_ends_after_start",
            )
        ]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"


class Cover(Period):
    """代理 (A/B角): another person stands in on a post, by a written and dated authority.

    `principal` is the absent holder's appointment: when it ends, the cover ends with it. Without a principal the post
    is vacant and this person acts until a successor takes it (DOMAIN.md E8, E9).
    """

    FIXED: ClassVar[frozenset[str]] = frozenset({"post", "principal", "stand_in", "authority_no", "starts"})

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="covers")
    principal = models.ForeignKey(Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="covers")
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="covers")
    authority_no = models.CharField(_("written authority"), max_length=80)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["stand_in", "starts"]), models.Index(fields=["post", "starts"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends__isnull=False, ends__gte=F("starts")), name="cover_has_an_end"),
            models.CheckConstraint(condition=~Q(authority_no=""), name="cover_has_an_authority"),
        ]
        verbose_name = _("cover")
        verbose_name_plural = _("covers")

    def __str__(self) -> str:
        return f"{self.stand_in} → {self.post}"


class Charge(Period):
    """分管: this leader's post is in charge of this office, and of those below it without a charge of their own."""

    FIXED: ClassVar[frozenset[str]] = frozenset({"post", "office", "starts"})

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="charges")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="charges")

    class Meta:
        indexes = [models.Index(fields=["office", "starts"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="charge_ends_after_start"
            )
        ]
        verbose_name = _("charge")
        verbose_name_plural = _("charges")

    def __str__(self) -> str:
        return f"{self.post} → {self.office}"


class Recusal(Kept):
    """回避: a person who may not act on a subject (公务员法 Art. 76-77); the declaration is kept when it is lifted."""

    county = models.CharField(max_length=6)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recusals")
    subject_key = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "subject_key"])]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "subject_key"], condition=Q(lifted_at__isnull=True), name="recusal_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_a_reason"),
        ]
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")

    def __str__(self) -> str:
        return f"{self.person} ⊘ {self.subject_key}"


class Handover(Kept):
    """移交: work that was handed to one person went back to the post because he left it or may not act on it (E8, E10).

    Written once for each piece of work (`work_key`, for example `step:12`); whoever takes it up acknowledges it within
    one working day. The clock of the work runs on meanwhile.
    """

    class Cause(models.TextChoices):
        TRANSFER = "transfer", _("transferred")
        LEFT = "left", _("left the post")
        DEACTIVATED = "deactivated", _("account deactivated")
        RECUSED = "recused", _("recused")
        ABSENT = "absent", _("absent, covered")

    county = models.CharField(max_length=6)
    work_key = models.CharField(max_length=60)
    post_key = models.CharField(max_length=60)
    from_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="handed_over")
    to_person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="taken_over")
    cause = models.CharField(max_length=12, choices=Cause.choices)
    handed_at = models.DateTimeField()
    acknowledge_by = models.DateField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["work_key", "handed_at"]),
            models.Index(
                fields=["post_key", "acknowledge_by"], condition=Q(acknowledged_at__isnull=True), name="handover_open"
            ),
        ]
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")

    def __str__(self) -> str:
        return f"{self.work_key}: {self.from_person} → {self.to_person or self.post_key}"

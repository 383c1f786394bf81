"""People, posts and periods in Django's admin: to look at, to correct what is no record, never to delete.

Accounts, appointments, covers and charges are written by the operations of this package, which check and record them;
here a period may only be ended. Every change made here writes an audit entry in the same transaction.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest

from workflows.offices.models import Appointment, Charge, Cover, Handover, Office, Person, Post, Recusal
from workflows.offices.records import record


class KeptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that are never deleted; what `open_fields` does not name can only be read."""

    open_fields: ClassVar[tuple[str, ...]] = ()
    may_add: ClassVar[bool] = False
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the record leans on these rows."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only where no operation of the house exists for it."""
        return self.may_add and super().has_add_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything but the open fields, once the row exists."""
        if obj is None:
            return []
        return [field.name for field in self.model._meta.fields if field.name not in self.open_fields]

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Password hashes are nobody's to read."""
        return ("password", "groups", "user_permissions") if self.model is Person else ()

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save with its entry in the trail, in one transaction."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            record(
                f"admin.{self.model._meta.model_name}_{'changed' if change else 'added'}",
                actor=request.user,
                county=getattr(obj, "county", "") or request.user.county,
                now=request.now,
                payload={
                    "row": obj.pk,
                    "fields": {
                        name: [str(form.initial.get(name, "")), str(getattr(obj, name))] for name in form.changed_data
                    },
                },
                request_id=request.request_id,
            )


@admin.register(Person)
class PersonAdmin(KeptAdmin):
    """Accounts: read only; the people's pages create, reset and deactivate."""

    list_display = ("username", "name", "county", "is_active", "deactivated_at")
    list_filter = ("is_active",)
    search_fields = ("username", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything that is shown."""
        hidden = self.get_exclude(request, obj)
        return [name for name in super().get_readonly_fields(request, obj) if name not in hidden]


@admin.register(Office)
class OfficeAdmin(KeptAdmin):
    """Offices may be added and renamed; their code and county stay."""

    may_add = True
    open_fields = ("name", "name_en", "parent")
    list_display = ("code", "name", "kind", "parent", "county")
    list_filter = ("kind",)
    search_fields = ("code", "name")


@admin.register(Post)
class PostAdmin(KeptAdmin):
    """Posts may be added, renamed and closed; their key stays, for steps name it."""

    may_add = True
    open_fields = ("name", "name_en", "closed_on")
    list_display = ("key", "name", "office", "closed_on", "county")
    search_fields = ("key", "name")


class PeriodAdmin(KeptAdmin):
    """A period may only be ended."""

    open_fields = ("ends",)


@admin.register(Appointment)
class AppointmentAdmin(PeriodAdmin):
    """Who held which post, from when to when."""

    list_display = ("person", "post", "starts", "ends", "document_no", "withdrawn_at")
    list_select_related = ("person", "post")
    search_fields = ("person__name", "person__username", "post__key")


@admin.register(Cover)
class CoverAdmin(PeriodAdmin):
    """Who stood in for whom, by which authority."""

    list_display = ("stand_in", "post", "principal", "starts", "ends", "authority_no", "withdrawn_at")
    list_select_related = ("stand_in", "post", "principal__person", "principal__post")
    search_fields = ("stand_in__name", "authority_no", "post__key")


@admin.register(Charge)
class ChargeAdmin(PeriodAdmin):
    """Which leader's post is in charge of which office."""

    list_display = ("post", "office", "starts", "ends", "withdrawn_at")
    list_select_related = ("post", "office")


@admin.register(Recusal)
class RecusalAdmin(KeptAdmin):
    """Declarations: read only."""

    list_display = ("person", "subject_key", "declared_at", "lifted_at")
    list_select_related = ("person",)


@admin.register(Handover)
class HandoverAdmin(KeptAdmin):
    """Handover records: read only."""

    list_display = ("work_key", "post_key", "from_person", "to_person", "cause", "handed_at", "acknowledged_at")
    list_select_related = ("from_person", "to_person")

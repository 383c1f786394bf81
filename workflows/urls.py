"""Addresses of the engine's pages. Every view declares its rule (`workflows.offices.access.rule`)."""

from django.urls import include, path

from workflows.pages import (
    applications,
    calendars,
    common,
    deadlines,
    demo,
    documents,
    escalations,
    inbox,
    messages,
    rules,
    special,
    steps,
    trail,
)

urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("inbox/sign/", inbox.sign_selected, name="sign_selected"),
    path("steps/<int:step_id>/", steps.step_view, name="step"),
    path("steps/<int:step_id>/sign/", steps.sign_view, name="sign"),
    path("applications/", applications.application_list, name="applications"),
    path("applications/<int:application_id>/", applications.application_view, name="application"),
    path("applications/<int:application_id>/deadline/", deadlines.application_deadline, name="application_deadline"),
    path("applications/<int:application_id>/documents/", documents.upload, name="upload_document"),
    path("applications/<int:application_id>/acts/<slug:code>/", special.special_act, name="special_act"),
    path("documents/<int:document_id>/", documents.download, name="document"),
    path("audit/", include(trail.urlpatterns)),
    path("escalations/", include(escalations.urlpatterns)),
    path("messages/", include(messages.urlpatterns)),
    path("calendars/", calendars.calendar_page, name="calendars"),
    path("calendars/preview/", calendars.preview_change, name="calendar_preview"),
    path("calendars/apply/", calendars.apply_change, name="calendar_apply"),
    path("deadline/", deadlines.deadline_form, name="deadline"),
    path("rules/", rules.rule_page, name="rules"),
    path("rules/promises/", rules.make_promise, name="make_promise"),
    path("language/", common.set_language, name="set_language"),
    path("demo/clock/", demo.clock, name="demo_clock"),
    path("healthz", common.healthz, name="healthz"),
    path("readyz", common.readyz, name="readyz"),
]

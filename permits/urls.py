"""Addresses of projects and of the ledger."""

from django.urls import path

from permits.pages import projects

app_name = "permits"
urlpatterns = [
    path("", projects.project_list, name="projects"),
    path("<int:project_id>/", projects.project_view, name="project"),
    path("import/", projects.import_page, name="import"),
]

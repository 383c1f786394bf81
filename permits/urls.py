"""Addresses of projects and of the ledger."""

from django.urls import path

from permits.pages import ledger, mine, papers, portfolio, projects

app_name = "permits"
urlpatterns = [
    path("", projects.project_list, name="projects"),
    path("portfolio/", portfolio.overview, name="portfolio"),
    path("portfolio/schedule/", portfolio.schedule_page, name="portfolio_schedule"),
    path("portfolio/waiting/", portfolio.waiting_page, name="portfolio_waiting"),
    path("portfolio/map/", portfolio.map_page, name="portfolio_map"),
    path("mine/", mine.mine, name="mine"),
    path("new/", projects.new_project, name="new"),
    path("<int:project_id>/", projects.project_view, name="project"),
    path("<int:project_id>/edit/", projects.edit, name="edit"),
    path("<int:project_id>/acts/<slug:code>/", projects.act, name="act"),
    path("<int:project_id>/apply/<slug:bar>/", projects.case, name="open_case"),
    path("<int:project_id>/permits/<int:permit_id>/", mine.permit_page, name="permit"),
    path("<int:project_id>/permits/<int:permit_id>/file/", papers.permit_file, name="permit_file"),
    path("<int:project_id>/start/file/", papers.start_file, name="start_file"),
    path("import/", ledger.import_page, name="import"),
    path("import/export/", ledger.export, name="export_ledger"),
    path("import/<int:ledger_id>/", ledger.file_view, name="ledger_file"),
    path("import/<int:ledger_id>/progress/", ledger.progress, name="ledger_progress"),
    path("import/<int:ledger_id>/settle/", ledger.settle_view, name="ledger_settle"),
    path("import/<int:ledger_id>/apply/", ledger.apply_view, name="ledger_apply"),
    path("import/<int:ledger_id>/again/", ledger.again_view, name="ledger_again"),
]

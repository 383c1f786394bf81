"""Addresses of people, offices and one's own account; the house puts them under `people/`."""

from django.urls import path

from workflows.offices import account_views, views

app_name = "offices"
urlpatterns = [
    path("", views.people_list, name="people"),
    path("new/", views.create, name="create"),
    path("import/", views.import_view, name="import"),
    path("unlock/", views.unlock, name="unlock"),
    path("offices/", views.tree, name="tree"),
    path("offices/charge/", views.charge, name="charge"),
    path("offices/charge/<int:charge_id>/end/", views.end_charge, name="end_charge"),
    path("recusals/<int:recusal_id>/lift/", views.lift_recusal, name="lift_recusal"),
    path("me/password/", account_views.password, name="password"),
    path("me/sessions/", account_views.sessions, name="sessions"),
    path("me/sign-out-everywhere/", account_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("<int:person_id>/", views.person_view, name="person"),
    path("<int:person_id>/correct/", views.correct, name="correct"),
    path("<int:person_id>/reset-password/", views.reset_password, name="reset_password"),
    path("<int:person_id>/reactivate/", views.reactivate, name="reactivate"),
    path("<int:person_id>/sign-out/", views.end_sessions, name="end_sessions"),
]

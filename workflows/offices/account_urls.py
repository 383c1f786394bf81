"""Sign-in and sign-out, without a namespace: Django's settings name them."""

from django.urls import path

from workflows.offices import account_views

urlpatterns = [
    path("sign-in/", account_views.sign_in, name="sign_in"),
    path("sign-out/", account_views.sign_out, name="sign_out"),
]

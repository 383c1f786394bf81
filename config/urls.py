"""Every address of the product; each app keeps its own list."""

from django.contrib import admin
from django.urls import include, path

from permits.pages.mine import check_page
from permits.pages.morning import morning_page
from permits.pages.search import search

urlpatterns = [
    path("", include("workflows.offices.account_urls")),
    path("", include("workflows.urls")),
    path("morning/", morning_page, name="morning"),
    path("search/", search, name="search"),
    path("check/", check_page, name="check"),
    path("projects/", include("permits.urls")),
    path("people/", include("workflows.offices.urls")),
    path("people/", include("workflows.pages.staffing")),
    path("admin/", admin.site.urls),
]
handler400 = "workflows.pages.common.bad_request"
handler403 = "workflows.pages.common.forbidden"
handler404 = "workflows.pages.common.not_found"

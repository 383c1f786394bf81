from django.http import HttpResponse

from workflows.offices.access import rule


@rule("signed_in")
def project_list(request): return HttpResponse("x")
@rule("signed_in")
def project_view(request, project_id): return HttpResponse("x")
@rule("ledger")
def import_page(request): return HttpResponse("x")

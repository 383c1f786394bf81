"""Names the house's admin site to Django; apart from the site itself, which needs the models to be loaded."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    """Django's admin app with the house's site as its default."""

    default_site = "workflows.offices.admin_site.HouseAdmin"

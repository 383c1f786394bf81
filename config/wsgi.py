"""The WSGI door, for gunicorn. Without a broker the periodic work runs in a thread beside it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

if settings.EMBEDDED_SCHEDULER:
    from config.embedded import start

    start()

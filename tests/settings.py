"""The product's own settings, with what only a test may have: a throw-away key, folder and password hash."""

import atexit
import os
import secrets
import shutil
import tempfile

os.environ.setdefault("KAIGONG_SECRET_KEY", secrets.token_urlsafe(48))
# Unhashed names spare every run the gathering of static files; `make check` proves the hashed form.
os.environ.setdefault("KAIGONG_HASHED_STATIC", "false")
if "KAIGONG_DATA_DIR" not in os.environ:
    # Two runs at once must not share one SQLite file.
    os.environ["KAIGONG_DATA_DIR"] = tempfile.mkdtemp(prefix="kaigong-tests-")
    atexit.register(shutil.rmtree, os.environ["KAIGONG_DATA_DIR"], ignore_errors=True)

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.flows"]  # noqa: F405
AUDIT_KEY_MADE_WHEN_ABSENT = True

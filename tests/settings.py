"""The product's own settings on a throw-away data folder; the database is SQLite or PostgreSQL."""

import os
import tempfile

os.environ.setdefault("JINGKAI_DATA", tempfile.mkdtemp(prefix="jingkai-tests-"))
os.environ["JINGKAI_HTTPS"] = "0"
os.environ["JINGKAI_DATE"] = "2021-06-30"
os.environ["JINGKAI_ZONE"] = "zones.changde"

from jingkai.config.settings import *  # noqa: F403

# Argon2 is meant to be slow; tests sign in often.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "jingkai.database.sqlite":  # noqa: F405
    # Each worker of the tests has its own: the runner knows that only of Django's own SQLite.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405

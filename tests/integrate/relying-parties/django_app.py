"""A Django application by the example for a package: the example is a part of its settings."""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import include, path

PACKAGES = {
    "allauth": {
        "INSTALLED_APPS": ["allauth", "allauth.account", "allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"],
        "MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"],
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
    },
    "mozilla_django_oidc": {"INSTALLED_APPS": ["mozilla_django_oidc"], "MIDDLEWARE": []},
}
URLS = {"allauth": ("accounts/", "allauth.urls"), "mozilla_django_oidc": ("oidc/", "mozilla_django_oidc.urls")}
DJANGO = ["auth", "contenttypes", "sessions", "messages"]
MIDDLEWARE = ["sessions.middleware.Session", "auth.middleware.Authentication", "messages.middleware.Message"]

_, package, example, port = sys.argv
own = dict(PACKAGES[package])
exec(Path(example).read_text(), {"os": os}, own)
own["INSTALLED_APPS"] = [f"django.contrib.{name}" for name in DJANGO] + own["INSTALLED_APPS"]
own["MIDDLEWARE"] = [f"django.contrib.{name}Middleware" for name in MIDDLEWARE] + own["MIDDLEWARE"]
settings.configure(
    SECRET_KEY="a key of the application",
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(example).with_name("app.sqlite3")}},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    LOGIN_REDIRECT_URL="/",
    **own,
)
django.setup()


def show_email(request):
    return HttpResponse(request.user.email if request.user.is_authenticated else "nobody")


urlpatterns = [path("", show_email), path(URLS[package][0], include(URLS[package][1]))]
call_command("migrate", verbosity=0)
call_command("runserver", port, use_reloader=False)

"""A service with Django: its configuration is the first argument, and it writes its address."""

import itertools
import json
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
from gatehouse_verify.django import require_token
from service import routes_of

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY="of a test", ALLOWED_HOSTS=["*"], MIDDLEWARE=[f"{__name__}.middleware"])
config = json.loads(sys.argv[1])
urlpatterns = []
behind_middleware = {}


def notes(request):
    return JsonResponse({"sub": request.claims["sub"]})


async def notes_async(request):
    return notes(request)


def middleware(get_response):
    views = {place: required(get_response) for place, required in behind_middleware.items()}
    return lambda request: views.get(request.path, get_response)(request)


kinds = itertools.cycle(["view", "async view", "middleware"])
for place, verifier, requirements in routes_of(config):
    required, kind = require_token(verifier, **requirements), next(kinds)
    if kind == "middleware":
        behind_middleware[place] = required
        urlpatterns.append(path(place[1:], notes))
    else:
        urlpatterns.append(path(place[1:], required(notes_async if kind == "async view" else notes)))


class Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", 0, get_wsgi_application(), Threads, Quiet)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()

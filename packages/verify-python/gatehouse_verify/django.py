"""A decorator for views of Django, which is a middleware too: the claims are `request.claims`."""

import functools

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.http import JsonResponse

from . import Refusal


def require_token(verifier, **requirements):
    """Decorates a view, async or not; `MIDDLEWARE` may name what it returns."""

    def refusal_of(request):
        try:
            request.claims = verifier.authenticate(request.headers.get("Authorization"), **requirements)
        except Refusal as refusal:
            return JsonResponse(refusal.body, status=refusal.status, headers=refusal.headers)

    def decorate(view):
        @functools.wraps(view)
        def protected(request, *args, **kwargs):
            return refusal_of(request) or view(request, *args, **kwargs)

        @functools.wraps(view)
        async def protected_async(request, *args, **kwargs):
            return await sync_to_async(refusal_of, thread_sensitive=False)(request) or await view(request, *args, **kwargs)

        return protected_async if iscoroutinefunction(view) else protected

    return decorate

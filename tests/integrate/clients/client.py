"""The scenario of scenario.ts through the package that openapi-python-client makes of docs/openapi.json."""

import importlib
import pkgutil
import sys
from datetime import datetime, timedelta, timezone

folder, url, login, email, password = sys.argv[1:]
sys.path.insert(0, folder)

import gatehouse_client as made
from gatehouse_client.api.accounts import activate, register
from gatehouse_client.api.api_keys import api_keys, create_api_key
from gatehouse_client.api.myself import me
from gatehouse_client.api.o_auth_and_open_id_connect import introspect
from gatehouse_client.api.private_tokens import private_tokens
from gatehouse_client.api.sign_in import login as sign_in
from gatehouse_client.api.sign_in import logout, refresh
from gatehouse_client.models import ActivateBody, IntrospectBody, LoginBody, NewApiKey, RefreshBody, RegisterBody

for module in pkgutil.walk_packages(made.__path__, "gatehouse_client."):
    importlib.import_module(module.name)

anybody = made.Client(base_url=url, raise_on_unexpected_status=True)


def signed_in(tokens):
    return made.AuthenticatedClient(base_url=url, token=tokens.token, raise_on_unexpected_status=True)


body = RegisterBody(login=login, email=email, password=password)
assert "Registration" in register.sync(client=anybody, body=body).message
print("registered", flush=True)
token = sys.stdin.readline().strip()
assert "activated" in activate.sync(client=anybody, body=ActivateBody(token=token)).message

first = sign_in.sync(client=anybody, body=LoginBody(login=login, password=password))
who = me.sync(client=signed_in(first))
assert (who.login, who.email) == (login, email)

an_hour = (datetime.now(timezone.utc) + timedelta(hours=1)).isoformat()
key = create_api_key.sync(client=signed_in(first), body=NewApiKey(description="a script", expired=an_hour))
assert api_keys.sync(client=signed_in(first)).count == 1
assert introspect.sync(client=signed_in(first), body=IntrospectBody(token=key.value)).active
assert private_tokens.sync(client=signed_in(first), page=1, page_size=5).count == 0

following = refresh.sync(client=anybody, body=RefreshBody(refresh_token=first.refresh_token))
assert me.sync(client=signed_in(following)).id == who.id
logout.sync(client=signed_in(following))
refused = me.sync_detailed(client=signed_in(following))
assert (refused.status_code, refused.parsed.data.error) == (401, "token_revoked"), refused

"""An MCP client: writes the address at which its user signs in, reads the address that the user comes back to, calls a tool, and
calls it once more with a new access token."""

import asyncio
import json
import sys
from urllib.parse import parse_qsl, urlsplit

from httpx2 import AsyncClient
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

_, url, callback = sys.argv


class Storage:
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


async def send_user(address):
    print(address, flush=True)


async def come_back():
    address = await asyncio.to_thread(sys.stdin.readline)
    return AuthorizationCodeResult(**dict(parse_qsl(urlsplit(address.strip()).query)))


async def main():
    metadata = OAuthClientMetadata(client_name="Code Tool", redirect_uris=[callback], token_endpoint_auth_method="none")
    storage = Storage()
    auth = OAuthClientProvider(url, metadata, storage, send_user, come_back)
    async with AsyncClient(auth=auth) as http, Client(streamable_http_client(url, http_client=http)) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        first = (await client.call_tool("whoami", {})).content[0].text
        before = storage.tokens.access_token
        auth.context.token_expiry_time = 1
        second = (await client.call_tool("whoami", {})).content[0].text
        renewed = storage.tokens.access_token != before
    print(json.dumps({"client": storage.client.client_id, "tools": tools, "said": [first, second], "renewed": renewed}))


asyncio.run(main())

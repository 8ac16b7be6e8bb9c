"""An OpenID provider: idpyoidc over Flask, with one user and one client.

`idpyoidc_provider.py PORT` has the issuer http://localhost:PORT. The environment has the client's CLIENT_SECRET, REDIRECT_URI and
ALG, and the EMAIL and PASSWORD of bob.
"""

import os
import sys

from flask import Flask, Response, redirect, request
from idpyoidc.message.oauth2 import AuthorizationRequest
from idpyoidc.server import OPConfiguration, Server
from idpyoidc.server.template_handler import Jinja2TemplateHandler
from jinja2 import DictLoader, Environment

env = os.environ
port = int(sys.argv[1])
page = """<form method="post" action="{{ action }}"><input type="hidden" name="token" value="{{ token }}">
<input name="username"><input type="password" name="password"><button>{{ submit_btn }}</button></form>"""
bob = {"email": env["EMAIL"], "email_verified": True, "preferred_username": "bob"}

configuration = {
    "issuer": f"http://localhost:{port}",
    "key_conf": {
        "key_defs": [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}],
        "uri_path": "jwks.json",
    },
    "token_handler_args": {
        "code": {"lifetime": 600},
        "token": {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": 600}},
        "id_token": {"class": "idpyoidc.server.token.id_token.IDToken", "kwargs": {}},
    },
    "authentication": {
        "user": {
            "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
            "class": "idpyoidc.server.user_authn.user.UserPassJinja2",
            "kwargs": {
                "template_handler": Jinja2TemplateHandler(Environment(loader=DictLoader({"user_pass.jinja2": page}), autoescape=True)),
                "verify_endpoint": "/verify/user",
                "db": {"class": dict, "kwargs": {"bob": env["PASSWORD"]}},
            },
        }
    },
    "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": {"bob": bob}}},
    "add_on": {"pkce": {"function": "idpyoidc.server.oauth2.add_on.pkce.add_support", "kwargs": {"essential": True}}},
}
server = Server(OPConfiguration(configuration))
server.context.cdb["gatehouse"] = {
    "client_secret": env["CLIENT_SECRET"],
    "redirect_uris": [(env["REDIRECT_URI"], {})],
    "response_types_supported": ["code"],
    "allowed_scopes": ["openid", "email", "profile"],
    "token_endpoint_auth_method": "client_secret_basic",
    "id_token_signed_response_alg": env["ALG"],
}
app = Flask(__name__)


def answer(endpoint, asked, **arguments):
    """What the library has made of a request, as an answer of HTTP."""
    if "http_response" in arguments:
        return Response(arguments["http_response"], content_type="text/html")
    made = endpoint.do_response(request=asked, **arguments)
    if endpoint.response_placement == "url":
        return redirect(made["response"], 303)
    status = arguments.get("response_code", 400 if "error" in arguments else 200)
    return Response(made["response"], status, headers=made["http_headers"])


def serve(name):
    endpoint = server.get_endpoint(name)
    http_info = {"headers": {key.lower(): value for key, value in request.headers.items()}, "method": request.method, "url": request.url}
    asked = endpoint.parse_request(request.values.to_dict(), http_info)
    arguments = asked if "error" in asked else endpoint.process_request(asked, http_info=http_info)
    return answer(endpoint, asked, **arguments)


for name, path in {
    "provider_config": ".well-known/openid-configuration",
    "authorization": "authorization",
    "token": "token",
    "userinfo": "userinfo",
}.items():
    app.add_url_rule(f"/{path}", name, lambda name=name: serve(name), methods=["GET", "POST"])


@app.get("/jwks.json")
def keys():
    return server.keyjar.export_jwks()


@app.post("/verify/user")
def verify():
    method = server.context.authn_broker.get_method_by_id("user")
    name = method.verify(username=request.form["username"], password=request.form["password"])
    proved = method.unpack_token(request.form["token"])
    asked = AuthorizationRequest().from_urlencoded(proved["query"])
    endpoint = server.get_endpoint("authorization")
    session = endpoint.create_session(asked, name, proved["authn_class_ref"], proved["iat"], method)
    return answer(endpoint, asked, **endpoint.authz_part2(request=asked, session_id=session))


app.run("127.0.0.1", port)

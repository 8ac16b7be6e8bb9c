"""A service with FastAPI: its configuration is the first argument, and it writes its address."""

import json
import socket
import sys
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI
from gatehouse_verify.fastapi import RequireToken
from service import routes_of

config = json.loads(sys.argv[1])
app = FastAPI()


def route(place, required):
    @app.get(place)
    def answer(claims: Annotated[dict, Depends(required)]):
        return {"sub": claims["sub"]}


for place, verifier, requirements in routes_of(config):
    route(place, RequireToken(verifier, **requirements))

listening = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])

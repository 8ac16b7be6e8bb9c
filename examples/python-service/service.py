"""A service in Python whose users sign in at Gatehouse: the notes of each user."""

import os
from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles
from gatehouse_verify import Verifier
from gatehouse_verify.fastapi import RequireToken
from pydantic import BaseModel, Field

AUTH_URL = os.environ["AUTH_URL"]
CLIENT = os.environ["GATEHOUSE_CLIENT"]  # the folder `dist` of @gatehouse/client

User = Annotated[dict, Depends(RequireToken(Verifier(AUTH_URL)))]


class Note(BaseModel):
    text: str = Field(max_length=200)


app = FastAPI()
notes: dict[str, list[str]] = {}  # a real service has a database


@app.get("/api/config")
def config():
    return {"url": AUTH_URL}


@app.get("/api/notes")
def read(user: User) -> list[str]:
    return notes.get(user["sub"], [])


@app.post("/api/notes")
def add(note: Note, user: User) -> list[str]:
    notes.setdefault(user["sub"], []).append(note.text)
    return notes[user["sub"]]


app.mount("/gatehouse", StaticFiles(directory=CLIENT))
app.mount("/", StaticFiles(directory="static", html=True))

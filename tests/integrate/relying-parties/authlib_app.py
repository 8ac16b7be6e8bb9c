"""A Flask application by the example for Authlib: its first statement registers the provider, the second sends the user there, and
the others run where they come back."""

import ast
import os  # the example uses it
import sys

from authlib.integrations.flask_client import OAuth
from flask import Flask

_, example, port = sys.argv
app = Flask(__name__)
app.secret_key = "a key of the application"
oauth = OAuth(app)
registering, signing_in, *coming_back = ast.parse(open(example).read()).body


def run(*statements):
    names = dict(globals())
    exec(compile(ast.Module(list(statements), []), example, "exec"), names)
    return names


run(registering)


@app.get("/")
def sign_in():
    return eval(compile(ast.Expression(signing_in.value), example, "eval"))


@app.get("/cb")
def come_back():
    return dict(run(*coming_back)["user"])


app.run(port=int(port))

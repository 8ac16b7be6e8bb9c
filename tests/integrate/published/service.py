"""A service with a verifier: what its routes are, for any framework."""

from gatehouse_verify import Verifier


def routes_of(config):
    """The path, the verifier and the requirements of each route: `/VERIFIER/GUARD`."""
    for name, options in config["verifiers"].items():
        if credentials := options.pop("credentials", None):
            options["credentials"] = (credentials["id"], credentials["secret"])
        verifier = Verifier(options.pop("issuer"), **options)
        for guard, requirements in config["guards"].items():
            yield f"/{name}/{guard}", verifier, requirements

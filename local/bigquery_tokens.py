"""A service account of the local BigQuery: its key, and the access tokens that are given for it."""

import json
import secrets
import time
from pathlib import Path
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.bigquery_answers import google_error

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SECONDS_VALID = 3600
# Google's library addresses its assertions to Google, wherever `token_uri` leads.
AUDIENCE = "https://oauth2.googleapis.com/token"


class Tokens:
    """Gives a token for an assertion that the account's key signed, and knows the ones it gave."""

    def __init__(self, project: str, token_uri: str) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._email = f"loader@{project}.iam.gserviceaccount.com"
        self._project = project
        self._token_uri = token_uri
        self._valid_until: dict[str, float] = {}

    def write_credentials(self, path: Path) -> None:
        """Write what Google's console gives as the JSON key of a service account."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        credentials = {
            "type": "service_account",
            "project_id": self._project,
            "private_key_id": secrets.token_hex(20),
            "private_key": pem.decode(),
            "client_email": self._email,
            "client_id": "100000000000000000000",
            "token_uri": self._token_uri,
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(credentials))

    def give(self, form: bytes) -> Response:
        """Answer a request to the token endpoint, as RFC 7523 and Google have it."""
        fields = {name: values[0] for name, values in parse_qs(form.decode()).items()}
        if fields.get("grant_type") != GRANT:
            return _refused("unsupported_grant_type", f"Invalid grant_type: {fields.get('grant_type')}")
        try:
            self._check(fields.get("assertion", ""))
        except jwt.InvalidTokenError as error:
            return _refused("invalid_grant", f"Invalid JWT: {error}")
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self._valid_until[token] = time.monotonic() + SECONDS_VALID
        return JSONResponse({"access_token": token, "expires_in": SECONDS_VALID, "token_type": "Bearer"})

    def refusal(self, request: Request) -> Response | None:
        """The 401 for a request without a token that is valid, None for one that has it."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer" and time.monotonic() < self._valid_until.get(token, 0):
            return None
        message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
        return google_error(401, "authError", message)

    def _check(self, assertion: str) -> None:
        jwt.decode(
            assertion,
            self._key.public_key(),
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=self._email,
            options={"require": ["exp", "iat", "iss", "aud"]},
        )


def _refused(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=400)

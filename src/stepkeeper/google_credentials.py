"""Google's credentials, as a secret holds them: a service account's key, or how AWS roles are trusted."""

import json

from google.auth import aws as workload_identity
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account

from stepkeeper.errors import CredentialsUnusable

SCOPES = ["https://www.googleapis.com/auth/bigquery"]
KINDS = {
    "service_account": service_account.Credentials.from_service_account_info,
    "external_account": workload_identity.Credentials.from_info,
}
"""What a secret may hold. Other kinds of Google's are refused: some of them run commands or read files."""


def make_credentials(secret: str, *, source: str) -> Credentials:
    """The credentials in a secret. Raises CredentialsUnusable, which shows nothing of them."""
    try:
        content = json.loads(secret)
        made: Credentials = KINDS[content["type"]](content, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, GoogleAuthError) as error:
        raise CredentialsUnusable(
            f"{source} holds no Google credentials ({type(error).__name__}): it must be the JSON key of a "
            f"service account, or a workload identity federation configuration for AWS."
        ) from None
    return made

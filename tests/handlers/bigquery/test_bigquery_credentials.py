"""BigQuery's credentials: what a secret may hold, what else is told, and that nothing of it is shown."""

import json
import traceback
from datetime import datetime, timedelta

import pytest
import requests
from aws_lambda_powertools.utilities.parameters import base
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from stepkeeper.engines import connect
from stepkeeper.errors import CredentialsUnusable, EngineUnavailable, InvalidSettings
from tests.handlers.bigquery.endpoint import answering
from tests.template import REGION

FEDERATION = {
    "type": "external_account",
    "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws/providers/aws",
    "subject_token_type": "urn:ietf:params:aws:token-type:aws4_request",
    "credential_source": {
        "environment_id": "aws1",
        "regional_cred_verification_url": "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity",
    },
}


def new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, kind, plain).decode()


def secrets_of(key: str) -> set[str]:
    """The lines of a key, each of which would give some of it away."""
    return {line for line in key.splitlines() if len(line) > 10 and "-----" not in line}


def shown(error: BaseException) -> str:
    """All that Lambda, or a log line of it, could show of an error, with all of its causes."""
    seen, causes = "", [error]
    while causes:
        cause = causes.pop()
        seen += "".join(traceback.format_exception(cause, chain=True)) + repr(cause) + str(cause.args)
        causes += [each for each in (cause.__cause__, cause.__context__) if each and cause is not each]
    return seen


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: {**good, "private_key": good["private_key"].replace("\n", "")[:900]},
        lambda good: {**good, "private_key": good["private_key"][:-300]},
        lambda good: {**good, "private_key": [good["private_key"]]},
        lambda good: {**good, "private_key": None},
        lambda good: {**good, "type": "authorized_user"},
        lambda good: {**good, "type": "external_account"},
        lambda good: {**good, "type": ["service_account"]},
        lambda good: {name: value for name, value in good.items() if name != "client_email"},
        lambda good: {name: value for name, value in good.items() if name != "token_uri"},
        lambda good: {name: value for name, value in good.items() if name != "type"},
        lambda good: [good],
        lambda good: json.dumps(good)[:-1],
        lambda good: good["private_key"],
        lambda good: repr(good),
        lambda _: "null",
        lambda _: '"service_account"',
        lambda _: "7",
        lambda _: {"type": "service_account"},
        lambda _: {**FEDERATION, "credential_source": {"executable": {"command": "id"}}},
        lambda _: {
            **FEDERATION,
            "credential_source": {**FEDERATION["credential_source"], "environment_id": "x"},
        },
        lambda _: {**FEDERATION, "credential_source": None},
    ],
    ids=range(21),
)
def test_a_secret_that_holds_no_credentials_is_told_without_a_word_of_it(warehouse, server, spoil):
    warehouse.keep_secret(spoil(dict(server.credentials)))

    with pytest.raises(CredentialsUnusable, match="holds no Google credentials") as refused:
        warehouse.run("SELECT 1")

    assert str(refused.value).startswith(warehouse.secret_arn)
    assert not [line for line in secrets_of(server.credentials["private_key"]) if line in str(refused.value)]
    assert refused.value.__suppress_context__
    assert server.credentials["private_key"][100:140] not in "".join(
        traceback.format_exception(refused.value)
    )


def test_the_key_of_somebody_else_is_told_without_a_word_of_it(warehouse, server):
    key = new_key()
    warehouse.keep_secret({**server.credentials, "private_key": key})

    with pytest.raises(
        CredentialsUnusable, match="Google accepts no such credentials: invalid_grant"
    ) as refused:
        warehouse.run("SELECT 1")

    assert not [line for line in secrets_of(key) if line in shown(refused.value)]


@pytest.mark.parametrize("fault", ["500", "refused"])
def test_an_outage_shows_nothing_of_the_credentials(warehouse, server, fault):
    warehouse.server.control("faults", next=[fault] * 100)

    with pytest.raises(EngineUnavailable) as unavailable:
        warehouse.start("SELECT 1")

    seen = shown(unavailable.value)
    assert not [line for line in secrets_of(server.credentials["private_key"]) if line in seen]
    assert "ya29." not in seen


@pytest.mark.parametrize("status", [500, 503])
def test_a_token_endpoint_that_fails_may_go_well_later(warehouse, server, status):
    with answering(status, {"error": "internal_failure"}) as url:
        warehouse.keep_secret({**server.credentials, "token_uri": url})

        with pytest.raises(EngineUnavailable, match=r"Google gives no token now: .*internal_failure"):
            warehouse.run("SELECT 1")


def test_a_token_endpoint_that_nobody_reaches_may_go_well_later(warehouse, server):
    with answering(200, {}) as nobody:
        pass
    warehouse.keep_secret({**server.credentials, "token_uri": nobody})

    with pytest.raises(EngineUnavailable, match="BigQuery does not answer"):
        warehouse.run("SELECT 1")


def test_a_token_that_bigquery_does_not_take_is_a_matter_of_credentials(warehouse, server):
    token = {"access_token": "ya29.made-up", "expires_in": 3600, "token_type": "Bearer"}
    with answering(200, token) as url:
        warehouse.keep_secret({**server.credentials, "token_uri": url})

        with pytest.raises(
            CredentialsUnusable, match=r"BigQuery accepts no such credentials.*authentication"
        ) as no:
            warehouse.run("SELECT 1")

    assert "ya29.made-up" not in shown(no.value)


def test_a_function_on_aws_needs_no_key_where_google_trusts_its_role(warehouse, server, monkeypatch):
    monkeypatch.setenv("AWS_REGION", REGION)
    given = token_of(server)
    with answering(
        200, {**given, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
    ) as url:
        warehouse.keep_secret({**FEDERATION, "token_url": url})

        assert warehouse.run("SELECT 7") == 7


def test_a_role_that_google_does_not_trust_is_a_matter_of_credentials(warehouse, monkeypatch):
    monkeypatch.setenv("AWS_REGION", REGION)
    refusal = {"error": "unauthorized_client", "error_description": "The attribute condition rejected it."}
    with answering(400, refusal) as url:
        warehouse.keep_secret({**FEDERATION, "token_url": url})

        with pytest.raises(CredentialsUnusable, match="rejected it"):
            warehouse.run("SELECT 1")


def test_a_secret_that_can_not_be_read_now_may_be_read_later(warehouse):
    arn = warehouse.secret_arn
    warehouse.configure("QueryRunnerFunction", BigQuerySecretArn="arn:missing")
    with pytest.raises(EngineUnavailable, match=r"arn:missing could not be read: .*ResourceNotFound"):
        warehouse.run("SELECT 1")
    warehouse.configure("QueryRunnerFunction", BigQuerySecretArn=arn)

    assert warehouse.run("SELECT 7") == 7


@pytest.mark.parametrize("code", ["AccessDeniedException", "InternalServiceError", "ThrottlingException"])
def test_a_secret_that_is_refused_is_asked_for_again_by_the_next_call(warehouse, refusals, code):
    refusals.refuse("GetSecretValue", code)
    with pytest.raises(EngineUnavailable, match=f"could not be read: .*{code}"):
        warehouse.run("SELECT 1")
    refusals.clear()

    assert warehouse.run("SELECT 7") == 7


def test_a_secret_that_is_not_set_is_named(warehouse):
    warehouse.configure("QueryRunnerFunction", BigQuerySecretArn="")

    with pytest.raises(InvalidSettings, match="BIGQUERY_SECRET_ARN"):
        warehouse.run("SELECT 1")


def test_the_secret_is_read_once_for_many_queries(warehouse, stack):
    for _ in range(3):
        warehouse.run("SELECT 1")

    assert stack.aws.wire.calls.count("secretsmanager:GetSecretValue") == 1


def test_two_invocations_ask_for_one_token(warehouse, http):
    warehouse.run("SELECT 1")
    warehouse.begin_another_run()
    warehouse.run("SELECT 1")

    assert http.calls.count("POST token") == 1


def test_another_project_does_not_get_the_client_of_the_first(warehouse, server):
    warehouse.run("SELECT 1")
    warehouse.begin_another_run()
    warehouse.configure("QueryRunnerFunction", BigQueryProject="another-project")

    warehouse.start("SELECT 1")

    inserts = [call.path for call in server.calls() if call.method == "POST" and call.job_id]
    assert "/another-project/" in inserts[-1]


@pytest.mark.parametrize(("seconds", "asked"), [(299, 1), (301, 2)])
def test_a_secret_that_was_replaced_is_used_after_five_minutes(
    warehouse, server, stack, http, monkeypatch, seconds, asked
):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=seconds)

    replaced = json.dumps({**server.credentials, "private_key_id": "of-another-key"})
    warehouse.run("SELECT 1")
    stack.aws.client("secretsmanager").put_secret_value(SecretId=warehouse.secret_arn, SecretString=replaced)
    monkeypatch.setattr(base, "datetime", Later)
    warehouse.begin_another_run()

    answer = warehouse.run("SELECT 7")

    assert (answer, http.calls.count("POST token")) == (7, asked)


def test_a_token_that_bigquery_takes_no_more_is_replaced_within_the_call(warehouse, http):
    warehouse.run("SELECT 1")
    kept = connect("bigquery", REGION)._client._credentials
    kept.token = "ya29.of-yesterday"
    warehouse.begin_another_run()

    answer = warehouse.run("SELECT 7")

    assert (answer, http.calls.count("POST token")) == (7, 2)


def token_of(server) -> dict[str, object]:
    """A token that the local BigQuery knows, as its own token endpoint gives it."""
    from google.auth.transport.requests import Request
    from google.oauth2 import service_account

    credentials = service_account.Credentials.from_service_account_info(
        server.credentials, scopes=["bigquery"]
    )
    with requests.Session() as session:
        credentials.refresh(Request(session))
    return {"access_token": credentials.token, "expires_in": 3600, "token_type": "Bearer"}

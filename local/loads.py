"""What a load needs around the stack: SQL in S3, secrets, tables in BigQuery, Slack to tell people in.

`prepare` makes what must be there before the stack is deployed, and gives the parameters that name it.
"""

import json
from datetime import date, timedelta

from local.bigquery import BigQuery
from local.deployed import Operator
from local.embedded_aws import EmbeddedAws
from local.slack import Slack
from local.tools import REPOSITORY

SQL_BUCKET = "stepkeeper-sql"
SQL = REPOSITORY / "samples" / "sql"
CHANNELS = ("#batch", "#data", "#oncall")


def prepare(aws: EmbeddedAws, bigquery: BigQuery, slack: Slack) -> dict[str, str]:
    """Makes bucket, secrets and tables; the parameters with which a stack uses them."""
    s3, secrets = aws.client("s3"), aws.client("secretsmanager")
    s3.create_bucket(Bucket=SQL_BUCKET, CreateBucketConfiguration={"LocationConstraint": aws.region})
    for path in SQL.rglob("*.sql"):
        s3.put_object(Bucket=SQL_BUCKET, Key=str(path.relative_to(SQL)), Body=path.read_bytes())
    webhooks = {channel: slack.webhook(channel) for channel in CHANNELS}
    names = {"stepkeeper/slack": webhooks, "stepkeeper/bigquery": bigquery.credentials}
    arns = {
        name: secrets.create_secret(Name=name, SecretString=json.dumps(content))["ARN"]
        for name, content in names.items()
    }
    make_tables(bigquery)
    return {
        "LoadName": "weekly-sales",
        "LoadEngine": "bigquery",
        "SqlBucket": SQL_BUCKET,
        "LoadCheckSql": "bigquery/sales_arrived.sql",
        "LoadSql": "bigquery/load_sales.sql",
        "LoadChannel": "#batch",
        "LoadFailureChannel": "#oncall",
        "BigQueryProject": bigquery.project,
        "BigQuerySecretArn": arns["stepkeeper/bigquery"],
        "SlackChannels": ",".join(webhooks),
        "SlackSecretArn": arns["stepkeeper/slack"],
        "DefaultChannel": "#batch",
    }


def make_tables(bigquery: BigQuery) -> None:
    """Where the sales arrive, and where they are loaded to; both empty."""
    run_sql(
        bigquery,
        "CREATE SCHEMA IF NOT EXISTS landing",
        "CREATE SCHEMA IF NOT EXISTS warehouse",
        "CREATE OR REPLACE TABLE landing.sales (sold_on DATE, shop STRING, amount INT64)",
        "CREATE OR REPLACE TABLE warehouse.sales (sold_on DATE, shop STRING, amount INT64, week STRING)",
    )


def connect(operator: Operator, bigquery: BigQuery) -> None:
    """Tells the query runner where BigQuery is. Google's client reads this variable; in AWS it is not set."""
    functions, name = operator.client("lambda"), operator.output("QueryRunnerFunctionName")
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name,
        Environment={"Variables": {**variables, "BIGQUERY_EMULATOR_HOST": bigquery.endpoint}},
    )


def deliver(bigquery: BigQuery, *, week: date, rows: int) -> None:
    """The other team delivers sales, spread over the week that begins on `week`."""
    sales = ", ".join(
        f"(DATE '{week + timedelta(days=n % 7)}', 'shop {n % 3}', {100 + n})" for n in range(rows)
    )
    run_sql(bigquery, f"INSERT INTO landing.sales VALUES {sales}")  # noqa: S608 - dates and numbers


def loaded(bigquery: BigQuery) -> dict[str, int]:
    """How many rows of each week have been loaded."""
    rows = bigquery.client().query("SELECT week, COUNT(*) FROM warehouse.sales GROUP BY week").result()
    return {row[0]: row[1] for row in rows}


def run_sql(bigquery: BigQuery, *statements: str) -> None:
    """Runs statements as somebody else would, one after another."""
    client = bigquery.client()
    for statement in statements:
        client.query(statement).result()

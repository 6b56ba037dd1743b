"""Athena binds parameters and knows a repeated start, as on AWS; MiniStack alone does neither."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from local.embedded_aws import EmbeddedAws
from tests.local.support import error_code, new_name, poll

ORDERS = """\
2026-11-26,it's here,12,1.5
2026-11-26,what?,-3,2.5
2026-11-27,late,7,
"""
COLUMNS = [("day", "date"), ("note", "string"), ("amount", "bigint"), ("price", "double")]


@dataclass(frozen=True)
class Lake:
    """A Glue table over CSV in S3, and somewhere for the results of queries."""

    aws: EmbeddedAws
    bucket: str = field(default_factory=lambda: new_name("lake"))

    def __post_init__(self) -> None:
        s3, glue = self.aws.client("s3"), self.aws.client("glue")
        s3.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": self.aws.region}
        )
        s3.put_object(Bucket=self.bucket, Key="orders/part-1.csv", Body=ORDERS)
        serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
        storage = {
            "Columns": [{"Name": name, "Type": kind} for name, kind in COLUMNS],
            "Location": f"s3://{self.bucket}/orders/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": {"field.delim": ","}},
        }
        glue.create_database(DatabaseInput={"Name": self.bucket})
        glue.create_table(
            DatabaseName=self.bucket, TableInput={"Name": "orders", "StorageDescriptor": storage}
        )

    def start(self, statement: str, *parameters: str, **settings: Any) -> str:
        """Start a query in the table's database; returns its id."""
        if parameters:
            settings["ExecutionParameters"] = list(parameters)
        started = self.aws.client("athena").start_query_execution(
            QueryString=statement,
            QueryExecutionContext={"Database": self.bucket},
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"},
            **settings,
        )
        return str(started["QueryExecutionId"])

    def queries(self) -> set[str]:
        """The ids of all queries so far."""
        return set(self.aws.client("athena").list_query_executions()["QueryExecutionIds"])

    def ended(self, query: str) -> dict[str, Any]:
        """What is to be said of a query when it has ended."""
        athena = self.aws.client("athena")

        def look() -> dict[str, Any] | None:
            execution: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            return execution if execution["Status"]["State"] in ("SUCCEEDED", "FAILED") else None

        execution = poll(look)
        assert execution is not None
        return execution

    def value(self, statement: str, *parameters: str) -> str | None:
        """The only value in the only row of what a statement selects."""
        query = self.start(statement, *parameters)
        status = self.ended(query)["Status"]
        assert status["State"] == "SUCCEEDED", status
        rows = self.aws.client("athena").get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
        assert len(rows) == 2, rows
        return str(rows[1]["Data"][0]["VarCharValue"])


@pytest.fixture(scope="module")
def lake(embedded: EmbeddedAws) -> Lake:
    return Lake(embedded)


def test_a_table_over_csv_in_s3_is_read_with_a_bound_parameter(lake: Lake, bare: EmbeddedAws) -> None:
    statement, in_bare = "SELECT COUNT(*) AS n FROM orders WHERE note = ?", Lake(bare)

    query = lake.start(statement, "'it''s here'")

    execution = lake.ended(query)
    results = lake.aws.client("athena").get_query_results(QueryExecutionId=query)["ResultSet"]
    assert execution["Query"] == statement
    assert execution["ExecutionParameters"] == ["'it''s here'"]
    assert [row["Data"] for row in results["Rows"]] == [[{"VarCharValue": "n"}], [{"VarCharValue": "1"}]]
    assert [(each["Name"], each["Type"]) for each in results["ResultSetMetadata"]["ColumnInfo"]] == [
        ("n", "bigint")
    ]
    assert in_bare.ended(in_bare.start(statement, "'it''s here'"))["Status"]["State"] == "FAILED"


@pytest.mark.parametrize(
    ("condition", "parameters", "found"),
    [
        ("day = ?", ["DATE '2026-11-26'"], 2),
        ("day = CAST(? AS DATE) AND amount > ?", ["'2026-11-26'", "0"], 1),
        ("amount = ?", ["12"], 1),
        ("amount = ?", ["-3"], 1),
        ("amount = -?", ["-12"], 1),
        ("price > ?", ["1.5E0"], 1),
        ("(price IS NULL) = ?", ["true"], 1),
        ("price IS NOT DISTINCT FROM ?", ["NULL"], 1),
        ("note IN (?, ?)", ["'what?'", "'late'"], 2),
        ("note = 'what?' AND amount < ?", ["0"], 1),
        ("note = ? -- or is it?", ["'late'"], 1),
        ("note /* is it? */ = ?", ["'late'"], 1),
        ("note = ?", ["'x'' OR 1 = 1 --'"], 0),
        ("note = ? AND amount = ?", ["'?'", "7"], 0),
    ],
)
def test_each_kind_of_literal_takes_the_place_of_its_question_mark(
    lake: Lake, condition: str, parameters: list[str], found: int
) -> None:
    statement = f"SELECT COUNT(*) FROM orders WHERE {condition}"  # noqa: S608

    assert lake.value(statement, *parameters) == str(found)


@pytest.mark.parametrize(
    "parameter",
    ["late", "'late", "'late' OR 1 = 1", "'it's here'", "1; SELECT 2", "1 2", "amount", "(1)", "1e", " "],
)
def test_what_is_no_single_literal_is_refused(lake: Lake, parameter: str) -> None:
    code = error_code(lambda: lake.start("SELECT ?", parameter))

    assert code == "InvalidRequestException"


@pytest.mark.parametrize("parameters", [[], ["1"], ["1", "2", "3"]])
def test_a_wrong_number_of_parameters_is_refused(lake: Lake, parameters: list[str]) -> None:
    code = error_code(lambda: lake.start("SELECT ?, ? AS \"why?\", '?'", *parameters))

    assert code == "InvalidRequestException"


def test_a_repeated_token_starts_nothing_and_answers_with_the_first_query(
    lake: Lake, bare: EmbeddedAws
) -> None:
    def start_twice(lake: Lake) -> tuple[set[str], set[str]]:
        token = new_token()
        before = lake.queries()
        answers = {lake.start("SELECT ?", "1", ClientRequestToken=token) for _ in range(2)}
        return answers, lake.queries() - before

    answers, started = start_twice(lake)
    answers_in_bare, started_in_bare = start_twice(Lake(bare))

    assert len(answers) == 1
    assert started == answers
    assert len(answers_in_bare) == 2
    assert started_in_bare == answers_in_bare


def test_a_query_that_failed_is_not_run_again_by_its_token(lake: Lake) -> None:
    token = new_token()
    failed = lake.start("SELECT * FROM no_such_table", ClientRequestToken=token)
    status = lake.ended(failed)["Status"]

    again = lake.start("SELECT * FROM no_such_table", ClientRequestToken=token)

    assert status["State"] == "FAILED"
    assert again == failed


@pytest.mark.parametrize(("statement", "parameter"), [("SELECT ? AS n", "1"), ("SELECT ?", "2")])
def test_a_token_that_is_repeated_with_another_request_is_refused(
    lake: Lake, statement: str, parameter: str
) -> None:
    token = new_token()
    lake.start("SELECT ?", "1", ClientRequestToken=token)

    code = error_code(lambda: lake.start(statement, parameter, ClientRequestToken=token))

    assert code == "InvalidRequestException"


def test_a_request_that_was_refused_leaves_its_token_free(lake: Lake) -> None:
    token = new_token()
    refused = error_code(lambda: lake.start("SELECT ?", "no literal", ClientRequestToken=token))

    query = lake.start("SELECT ?", "1", ClientRequestToken=token)

    assert refused == "InvalidRequestException"
    assert lake.ended(query)["Status"]["State"] == "SUCCEEDED"


def test_the_same_statement_under_two_tokens_is_two_queries(lake: Lake) -> None:
    queries = {lake.start("SELECT 1", ClientRequestToken=new_token()) for _ in range(2)}

    assert len(queries) == 2


def new_token() -> str:
    return new_name("stepkeeper-0123456789012345678901234567890123456789")

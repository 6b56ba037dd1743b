"""A table over CSV in S3, as Athena reads it: what another team delivered, with all that text can hold."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from local.deployed import Operator
from local.embedded_aws import EmbeddedAws

WORKGROUP = "sales"
RESULTS = "stepkeeper-query-results"
COLUMNS = [("sold_on", "date"), ("shop", "string"), ("amount", "bigint")]
DELIVERED = "it's \N{SUSHI}; -- ?"
"""The name of the shop in all rows."""


@dataclass(frozen=True)
class Lake:
    """A database of this name with the table `sales`, in a bucket of this name."""

    operator: Operator
    name: str

    def deliver(self, *days: date) -> None:
        """A sale arrives for each of these days."""
        lines = [f"{day},{DELIVERED},100\n" for day in days]
        self.operator.client("s3").put_object(
            Bucket=self.name, Key=f"sales/{uuid.uuid4().hex}.csv", Body="".join(lines)
        )


def make_workgroup(aws: EmbeddedAws) -> None:
    """The workgroup that the stack is deployed with; it says where results go."""
    location = {"LocationConstraint": aws.region}
    aws.client("s3").create_bucket(Bucket=RESULTS, CreateBucketConfiguration=location)
    results = {"OutputLocation": f"s3://{RESULTS}/"}
    aws.client("athena").create_work_group(
        Name=WORKGROUP, Configuration={"ResultConfiguration": results, "EnforceWorkGroupConfiguration": True}
    )


@contextmanager
def lake(operator: Operator) -> Iterator[Lake]:
    """A lake of one test, with one sale from long ago."""
    made = Lake(operator, f"lake-{uuid.uuid4().hex[:8]}")
    s3, glue = operator.client("s3"), operator.client("glue")
    location = {"LocationConstraint": operator.aws.region}
    s3.create_bucket(Bucket=made.name, CreateBucketConfiguration=location)
    glue.create_database(DatabaseInput={"Name": made.name})
    storage = {
        "Columns": [{"Name": name, "Type": type} for name, type in COLUMNS],
        "Location": f"s3://{made.name}/sales/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "SerdeInfo": {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ","},
        },
    }
    glue.create_table(DatabaseName=made.name, TableInput={"Name": "sales", "StorageDescriptor": storage})
    made.deliver(date(2020, 6, 8))
    try:
        yield made
    finally:
        glue.delete_database(Name=made.name)

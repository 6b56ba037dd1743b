"""The shape of the code: which way imports point, what is pure, and that an import does nothing."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
PACKAGE = SRC / "stepkeeper"
MODULES = sorted(PACKAGE.rglob("*.py"))
BASE = {"errors", "clock", "settings", "routing", "fields"}
SHARED = {"deadlines", "engines", "exports", "heartbeat", "pipelines", "spool", "caught_failure",
          "exports_file", "load_input", "pipelines_file", "slack", "spool_requests",
          "status_change"}  # fmt: skip

MAY_IMPORT = {
    "domain": {"domain", "errors"},
    "aws": {"aws", "domain", "errors"},
    "google_credentials": {"errors"},
    "engines": {"google_credentials", "aws", "domain", "errors", "settings"},
    "deadlines": {"deadlines", "pipelines", "aws", "domain", "errors", "clock", "settings"},
    "heartbeat": {"errors"},
    "pipelines": {"pipelines", "pipelines_file", "aws", "domain", "errors", "clock", "settings"},
    "spool": {"spool", "aws", "domain", "errors", "clock", "settings"},
    "exports": {"exports", "exports_file", "aws", "domain", "errors", "clock", "settings"},
    "handlers": {"aws", "domain", *BASE, *SHARED},
    "samples": {"settings"},
    "routing": {"errors"},
    "settings": {"errors"},
    "fields": {"domain"},
    "load_input": {"domain", "engines", "errors", "fields", "routing"},
    "toml_files": {"toml_files", "domain"},
    "pipeline_keys": {"toml_files", "domain", "fields"},
    "pipeline_resources": {"toml_files", "domain", "errors"},
    "pipeline_tables": {"domain", "pipeline_keys", "pipeline_resources"},
    "pipelines_file": {"toml_files", "domain", "errors", "pipeline_resources", "pipeline_tables"},
    "export_keys": {"toml_files", "domain", "fields"},
    "export_log_groups": {"toml_files", "domain"},
    "export_tables": {"domain", "export_keys", "export_log_groups"},
    "exports_file": {"toml_files", "domain", "errors", "export_tables"},
    "slack": {"domain", "errors"},
    "status_change": {"domain", "routing"},
    "caught_failure": {"domain", "routing"},
    "spool_requests": {"domain", "fields", "routing"},
    "errors": set(),
    "clock": set(),
    "__init__": set(),
}
IMPURE = {"boto3", "botocore", "os", "sys", "io", "time", "logging", "random", "uuid", "secrets", "socket",
          "subprocess", "threading", "aws_lambda_powertools"}  # fmt: skip
"""What a rule in domain/ can do nothing pure with."""

CLOCKS = {"now", "utcnow", "today"}

IMPORT_EVERYTHING = """
import importlib, os, sys, collections.abc

class Recorded(collections.abc.MutableMapping):
    def __init__(self, real): self.real = real
    def __getitem__(self, key):
        frame = sys._getframe(1)
        while "_collections_abc" in frame.f_code.co_filename or frame.f_code.co_filename.endswith("os.py"):
            frame = frame.f_back
        if "stepkeeper" in frame.f_code.co_filename:
            sys.exit(f"{frame.f_code.co_filename} reads the variable {key}")
        return self.real[key]
    def __setitem__(self, key, value): self.real[key] = value
    def __delitem__(self, key): del self.real[key]
    def __iter__(self): return iter(self.real)
    def __len__(self): return len(self.real)
    def copy(self): return dict(self.real)

os.environ = Recorded(os.environ)
os.getenv = lambda key, default=None: os.environ.get(key, default)

import botocore.session, socket
def refuse(*args, **kwargs): sys.exit("an import made a session, a client or a connection")
botocore.session.Session.__init__ = refuse
socket.socket.connect = refuse

for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def name_of(module: Path) -> str:
    return ".".join(module.relative_to(SRC).with_suffix("").parts).removesuffix(".__init__")


def layer_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """Everything a module imports, wherever in it, by full name: `from a import b` is `a.b`."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=origin, names=names, level=0):
                yield from (f"{origin}.{alias.name}" for alias in names)
            case ast.ImportFrom():
                pytest.fail(f"{module} has a relative import, which this test can not follow")


def calls(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
                yield name


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_imports_point_one_way_and_no_handler_imports_another(module: Path) -> None:
    own = [name.split(".")[1] for name in imports(module) if name.startswith("stepkeeper.")]

    assert set(own) <= MAY_IMPORT[layer_of(module)]


@pytest.mark.parametrize("module", sorted((PACKAGE / "domain").rglob("*.py")), ids=name_of)
def test_the_rules_ask_nobody_for_the_time_and_talk_to_nobody(module: Path) -> None:
    assert not {name.split(".")[0] for name in imports(module)} & IMPURE
    assert not set(calls(module)) & (CLOCKS | {"open", "print", "input"})


@pytest.mark.parametrize("module", sorted((PACKAGE / "aws").rglob("*.py")), ids=name_of)
def test_what_talks_to_aws_reads_no_environment_and_decides_nothing_by_the_clock(module: Path) -> None:
    assert not {name.split(".")[0] for name in imports(module)} & {"os", "time", "logging"}
    assert not set(calls(module)) & CLOCKS


@pytest.mark.parametrize(
    "module", [m for m in MODULES if layer_of(m) not in ("samples", "clock")], ids=name_of
)
def test_nothing_sleeps_but_the_clock(module: Path) -> None:
    assert not set(imports(module)) & {"time", "time.sleep"}
    assert "sleep" not in set(calls(module))


def test_only_a_short_query_and_the_paces_of_starts_and_lists_are_waited_for() -> None:
    waiting = {name_of(module) for module in MODULES if "wait" in set(calls(module))}

    assert waiting == {
        "stepkeeper.deadlines.lists",
        "stepkeeper.handlers.query_runner",
        "stepkeeper.spool.starts",
    }


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_every_file_has_one_idea(module: Path) -> None:
    text = module.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 150


def test_an_import_makes_no_client_and_reads_no_variable() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_EVERYTHING, *map(name_of, MODULES)],
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("handler", sorted((PACKAGE / "handlers").glob("[a-z]*.py")), ids=name_of)
def test_the_packages_of_one_engine_or_of_slack_are_paid_for_by_those_who_use_them(handler: Path) -> None:
    """A cold start of any function loads none of Google's packages, which no other function even has."""
    paid_for = {"slack_sdk"} if handler.stem == "notifier" else set()

    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {name_of(handler)}; print(*sys.modules)"],
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded & {"google", "slack_sdk", "requests"} == paid_for

"""Runs inside bqemulator's interpreter: corrects what bqemulator gets wrong, then serves until told to end.

`python -m local.bigquery_serve [--with-parent] [--unpatched]`; the flags are those of `local.serve`.
"""

import fcntl
import os
import sys
from pathlib import Path

from local.serve import lifetime


def main() -> None:
    """Serve on BQEMU_REST_PORT, with the credentials for it written where `local.bigquery` reads them."""
    flags = sys.argv[1:]
    with lifetime(flags):
        _have_the_spatial_extension()
        from bqemulator import server
        from bqemulator.api.dependencies import AppContext
        from bqemulator.config import Settings

        from local.bigquery_app import CorrectedBigQuery
        from local.bigquery_tokens import Tokens

        settings = Settings()
        tokens = Tokens(settings.default_project_id, f"http://127.0.0.1:{settings.rest_port}/token")
        tokens.write_credentials(Path(os.environ["STEPKEEPER_CREDENTIALS"]))
        create_app = server.create_app

        def create_corrected_app(context: AppContext) -> CorrectedBigQuery:
            # A statement that needs an extension is to fail instead of downloading it.
            context.engine.execute("SET autoinstall_known_extensions = false")
            return CorrectedBigQuery(create_app(context), tokens, only_controls="--unpatched" in flags)

        server.create_app = create_corrected_app
        server.run_forever(settings)


def _have_the_spatial_extension() -> None:
    """Put it where DuckDB looks: bqemulator starts only with it, and would download it."""
    home = Path.home()
    home.mkdir(exist_ok=True)
    with (home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        from duckdb_extensions import import_extension

        import_extension("spatial")


if __name__ == "__main__":
    main()

"""Where the rows of a lake lie: a folder, or a store that DuckDB reaches by S3's protocol."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from tasks.errors import Deferred, Stop
from warehouse.lake_catalog import EXTRA

LOOKED_FOR = "presshouse-looks"  # of no object: the list of those whose names begin so is asked for, and empty

_NO_BUCKET = re.compile("NoSuchBucket|specified bucket does not exist", re.I)
_NO_KEY = re.compile("InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|ExpiredToken")
_STORE = "s3://"


def is_remote(data_path: str) -> bool:
    return data_path.startswith(_STORE)


def answers(connection: duckdb.DuckDBPyConnection, data_path: str) -> None:
    """One request: Stop where there is no bucket or the key is none, Deferred where nobody answers.

    Whatever else the store says is left to the run: a key that may not list can be one that may put and get.
    """
    reach(connection, data_path)
    try:
        connection.execute(f"select 1 from glob({quoted(folder(data_path) + LOOKED_FOR)} || '*')").fetchall()
    except duckdb.HTTPException as error:
        message = str(error)
        if _NO_BUCKET.search(message):
            raise Stop(f"There is no bucket for {data_path}. Make one, or correct data_path.") from error
        if key := _NO_KEY.search(message):
            raise Stop(
                f"{data_path} refuses this key ({key[0]}). Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            ) from error
        if error.status_code >= 500:
            raise Deferred(f"{data_path} does not answer ({_line(error)}). Try again later.") from error
    except duckdb.IOException as error:
        raise Deferred(
            f"{data_path} does not answer ({_line(error)}). Try again later, or correct AWS_ENDPOINT_URL."
        ) from error


def _line(error: duckdb.Error) -> str:
    """The first line, without the request that tells nobody anything."""
    first = str(error).strip().splitlines()[0]
    return first.partition(" for HTTP ")[0].partition(": ")[2] or first


def reach(connection: duckdb.DuckDBPyConnection, data_path: str) -> None:
    if "://" in data_path:
        load(connection, "httpfs")
        _give_secret(connection, data_path, os.environ)


def load(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load an extension of the wheels, else one that DuckDB has installed or can fetch."""
    try:
        from duckdb_extensions import import_extension  # type: ignore[import-untyped,import-not-found,unused-ignore]

        import_extension(name, con=connection)
        connection.load_extension(name)
    except ImportError as error:
        try:
            connection.install_extension(name)
            connection.load_extension(name)
        except duckdb.Error as failure:
            raise Stop(f"DuckDB's extension {name} is not here. Get it: {EXTRA}") from (failure or error)


def _give_secret(connection: duckdb.DuckDBPyConnection, data_path: str, environ: Mapping[str, str]) -> None:
    """The object store's key from the environment's usual names; it stays in this connection."""
    if not data_path.startswith("s3://") or "AWS_ACCESS_KEY_ID" not in environ:
        return
    endpoint = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL") or ""
    told = {
        "key_id": environ["AWS_ACCESS_KEY_ID"],
        "secret": environ.get("AWS_SECRET_ACCESS_KEY", ""),
        "session_token": environ.get("AWS_SESSION_TOKEN", ""),
        "region": environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or "us-east-1",
        "endpoint": endpoint.partition("://")[2],
        "url_style": "path" if endpoint else "",
    }
    options = [f"{name} {quoted(value)}" for name, value in told.items() if value]
    options += ["use_ssl false"] if endpoint.startswith("http://") else []
    connection.execute(f"create or replace secret lake_store (type s3, {', '.join(options)})")


def folder(data_path: str) -> str:
    if "://" in data_path:
        return data_path.rstrip("/") + "/"
    return f"{Path(data_path).expanduser().resolve()}/"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

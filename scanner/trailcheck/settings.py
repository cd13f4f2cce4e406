"""Settings from the command line and `.trailcheck.toml`, made into one `Config`.

What the caller states always holds. A settings file that the caller names (`--config`) fills in the
rest. A settings file found in the scanned repository belongs to the code that is judged: it can
raise what the caller demands, never lower it.
"""

from __future__ import annotations

import os
import re
from stat import S_ISREG
from typing import TYPE_CHECKING, Any

from trailcheck.errors import UsageError
from trailcheck.record import NamedTuple
from trailcheck.verdict import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailcheck.config import Config

FILENAME = ".trailcheck.toml"
PROFILES = ("integration", "part11", "all")
"""From narrow to wide; each holds the one before it."""
PRESETS = {"aws-default": 365, "gcp": 731, "device": 731, "glp": 1827, "ten-year": 3653}
"""Retention in days under the names of the practices that ask for it."""
ALLOWED_RETENTION = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The periods that CloudWatch Logs accepts."""
LARGEST_FILE = 1 << 20

_SHAPES = {
    "account": r"[0-9]{12}",
    "region": r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}",
    "partition": r"aws(-[a-z]+)*",
}
_EXAMPLES = {
    "account": "twelve digits, in quotes",
    "region": "a name like eu-west-1",
    "partition": "aws, aws-cn or aws-us-gov",
}


class Stated(NamedTuple):
    """What one place states: the command line or a file. None and empty: nothing is said."""

    origin: str
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_retention: str | None = None
    account: str | None = None
    region: str | None = None
    partition: str | None = None
    workspace: str | None = None
    variables: tuple[tuple[str, str], ...] = ()
    var_files: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str | None], ...] = ()
    parameter_files: tuple[str, ...] = ()
    fail_on: str | None = None
    strict: bool = False
    require_trail: bool = False


class Resolved(NamedTuple):
    """The settings of a run, and what to tell the caller about them."""

    config: Config
    notes: tuple[str, ...]


def resolve(
    caller: Stated,
    paths: Sequence[str],
    base: Config,
    config_file: str | None = None,
) -> Resolved:
    """Merge what the caller states with a settings file.

    `base` carries what only the command line can say. Raises UsageError on settings that make no
    sense.
    """
    if config_file is not None:
        return Resolved(_merge(base, caller, _read(config_file, own=False)), ())
    found = None if base.isolated else find(paths, base.repository)
    if found is None:
        return Resolved(_merge(base, caller, None), ())
    caller, own, notes = _raised(caller, _read(found, own=True))
    return Resolved(_merge(base, caller, own), notes)


def find(paths: Sequence[str], repository: str | None = None) -> str | None:
    """Return the settings file in the nearest ancestor of `paths`, up to their repository."""
    here = os.path.realpath(os.curdir)
    places = [_folder(path) for path in paths if path != "-"] or [here]
    try:
        start = os.path.commonpath(places)
    except ValueError:
        return None
    top = os.path.realpath(repository) if repository else _top(start, here)
    folder = start
    while True:
        candidate = os.path.join(folder, FILENAME)
        if os.path.lexists(candidate):
            return os.path.relpath(candidate)
        parent = os.path.dirname(folder)
        if folder in (top, parent):
            return None
        folder = parent


def retention(text: str) -> int:
    """Return the days that a retention setting means: a number, a preset, or `gmp:SHELF-LIFE`."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 10**6:
        return int(text)
    if text in PRESETS:
        return PRESETS[text]
    name, _, life = text.partition(":")
    if name == "gmp" and life.isascii() and life.isdigit() and 1 <= int(life) <= 10**5:
        days = int(life) + 365
        return next((allowed for allowed in ALLOWED_RETENTION if allowed >= days), days)
    raise UsageError(
        f"{text!r} is not a retention period",
        f"Give a number of days, gmp:DAYS (the shelf life), or one of {', '.join(PRESETS)}.",
    )


def parameter(text: str) -> tuple[list[tuple[str, str | None]], str | None]:
    """Tell a `--parameters` value apart: pairs of name and value, or a file."""
    from trailcheck.cloudformation.given import words

    found = words(text)
    return found, None if found else text.removeprefix("file://")


def _merge(base: Config, caller: Stated, file: Stated | None) -> Config:
    """Put the caller's statements before the file's, and check the result."""
    file = file or Stated("")
    days, origin = base.min_retention, base.min_retention_origin
    for stated in (file, caller):
        if stated.min_retention is not None:
            days, origin = retention(stated.min_retention), stated.origin
            if not stated.min_retention.isdigit():
                origin += f", preset {stated.min_retention}"
    config = base._replace(
        profile=caller.profile or file.profile or base.profile,
        select=caller.select or file.select,
        ignore=tuple(dict.fromkeys((*file.ignore, *caller.ignore))),
        min_retention=days,
        min_retention_origin=origin,
        account=caller.account or file.account,
        region=caller.region or file.region,
        partition=caller.partition or file.partition,
        workspace=caller.workspace or file.workspace,
        variables=tuple(dict((*file.variables, *caller.variables)).items()),
        var_files=(*file.var_files, *caller.var_files),
        parameters=tuple(dict((*file.parameters, *caller.parameters)).items()),
        parameter_files=(*file.parameter_files, *caller.parameter_files),
        fail_on=caller.fail_on or file.fail_on or base.fail_on,
        strict=caller.strict or file.strict,
        require_trail=caller.require_trail or file.require_trail,
    )
    _check("profile", config.profile, PROFILES)
    _check("fail-on", config.fail_on, tuple(s.value for s in Severity))
    for name, shape in _SHAPES.items():
        value = getattr(config, name)
        if value is not None and not re.fullmatch(shape, value):
            raise UsageError(f"{value!r} is no {name}", f"Give {_EXAMPLES[name]}.")
    return config


def _raised(caller: Stated, own: Stated) -> tuple[Stated, Stated, tuple[str, ...]]:
    """Let the repository's own settings raise the caller's demands, and not lower them.

    Returns the caller's statements, the repository's, and what the caller should know.
    """
    severities = tuple(s.value for s in Severity)
    for name, value, allowed in (
        ("profile", own.profile, PROFILES),
        ("fail-on", own.fail_on, severities),
    ):
        if value is not None:
            _check(name, value, allowed)
    notes = []
    if (caller.profile or caller.select) and (own.select or own.ignore):
        notes.append("select and ignore are left out: the caller says which rules to run")
        own = own._replace(select=(), ignore=())
    if caller.profile in PROFILES and own.profile:
        caller = caller._replace(profile=max(caller.profile, own.profile, key=PROFILES.index))
    if caller.fail_on in severities and own.fail_on:
        caller = caller._replace(fail_on=max(caller.fail_on, own.fail_on, key=severities.index))
    if (
        caller.min_retention is not None
        and own.min_retention is not None
        and retention(own.min_retention) > retention(caller.min_retention)
    ):
        caller = caller._replace(min_retention=None)
    return caller, own, tuple(f"{own.origin}: {note}" for note in notes)


def _check(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(
            f"{value!r} is not a value of {name}", f"Give one of {', '.join(allowed)}."
        )


def _read(path: str, *, own: bool) -> Stated:
    """Read a settings file. One of the scanned repository's own must be a plain file."""
    import tomllib

    try:
        state = os.lstat(path) if own else os.stat(path)
        if not S_ISREG(state.st_mode):
            raise UsageError(f"{path} is not a plain file", "Use --isolated to ignore it.")
        with open(path, "rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    if len(raw) > LARGEST_FILE:
        raise UsageError(f"{path} is too large for settings")
    try:
        table = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None
    return _stated(path, table)


def _stated(path: str, table: dict[str, Any]) -> Stated:
    """Turn the table of a settings file into statements. Raises UsageError on what is of no use."""
    table = {key.replace("_", "-"): value for key, value in table.items()}
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        from trailcheck.catalogue import suggest

        advice = suggest(unknown[0], KEYS) or f"The settings are {', '.join(KEYS)}."
        raise UsageError(f"{path}: there is no setting {unknown[0]!r}", advice)
    values: dict[str, Any] = {}
    for key, value in table.items():
        field, kind = KEYS[key]
        converted = _convert(kind, value, os.path.dirname(path))
        if converted is None:
            raise UsageError(f"{path}: {key} must be {kind}")
        values[field] = converted
    return Stated(path, **values)


KEYS = {
    "profile": ("profile", "text"),
    "select": ("select", "a list of text"),
    "ignore": ("ignore", "a list of text"),
    "min-retention": ("min_retention", "a number or text"),
    "account": ("account", "text"),
    "region": ("region", "text"),
    "partition": ("partition", "text"),
    "workspace": ("workspace", "text"),
    "var": ("variables", "a table"),
    "var-file": ("var_files", "a list of files"),
    "parameters": ("parameters", "a table"),
    "parameter-file": ("parameter_files", "a list of files"),
    "fail-on": ("fail_on", "text"),
    "strict": ("strict", "true or false"),
    "require-trail": ("require_trail", "true or false"),
}
"""The settings of a file: what each is called in `Stated`, and what it holds."""


def _convert(kind: str, value: object, folder: str) -> object:
    """Return a value of a settings file as `Stated` holds it, or None if it is of another kind."""
    match kind, value:
        case "text", str():
            return value
        case "a number or text", str() | int() if not isinstance(value, bool):
            return str(value)
        case "true or false", bool():
            return value
        case "a list of text", list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case "a list of files", list() if all(isinstance(item, str) for item in value):
            return tuple(os.path.join(folder, item) for item in value)
        case "a table", dict():
            return tuple((name, _written(item)) for name, item in value.items())
        case _:
            return None


def _written(value: object) -> str:
    """Return a TOML value as it would be written on the command line."""
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value, default=str)


def _folder(path: str) -> str:
    """Return the nearest folder that exists at or above `path`, which may be a glob."""
    folder = os.path.realpath(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder


def _top(start: str, here: str) -> str:
    """Return the repository of `start`: up to `.git`, or the working folder, or `start` itself."""
    folder = start
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    return here if os.path.commonpath((start, here)) == here else start

"""Settings: the caller's word, a file that the caller names, and the scanned repository's own."""

from pathlib import Path

import pytest

from trailcheck.config import Config
from trailcheck.errors import UsageError
from trailcheck.settings import FILENAME, Resolved, Stated, find, parameter, resolve, retention


def tree(folder: Path, settings: str, name: str = FILENAME) -> str:
    """Make a repository with settings at its top and a folder to scan; return the folder."""
    (folder / ".git").mkdir(parents=True)
    (folder / name).write_text(settings)
    (folder / "infra" / "live").mkdir(parents=True)
    return str(folder / "infra" / "live")


def merged(path: str, base: Config | None = None, **stated: object) -> Resolved:
    """Resolve what a caller states about `path`."""
    return resolve(Stated("--min-retention", **stated), [path], base or Config())  # type: ignore[arg-type]


def test_the_nearest_file_up_to_the_repository_counts(tmp_path: Path) -> None:
    """A file above the repository is nobody's business; globs start at the folder that exists."""
    (tmp_path / FILENAME).write_text("strict = true\n")
    inner = tree(tmp_path / "repo", "")
    assert Path(find([inner]) or "").resolve() == tmp_path / "repo" / FILENAME
    assert Path(find([inner + "/*.tf"]) or "").resolve() == tmp_path / "repo" / FILENAME
    (tmp_path / "repo" / FILENAME).unlink()
    assert find([inner]) is None
    assert Path(find([inner], str(tmp_path)) or "").resolve() == tmp_path / FILENAME


def test_without_a_repository_nothing_above_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of the working folder, only the scanned folder's own file is read."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "else").mkdir()
    (tmp_path / "a" / FILENAME).write_text("")
    monkeypatch.chdir(tmp_path / "else")
    assert find([str(tmp_path / "a" / "b")]) is None
    assert find([str(tmp_path / "a")]) is not None
    monkeypatch.chdir(tmp_path / "a")
    assert find(["b"]) == FILENAME


def test_all_settings_of_a_file(tmp_path: Path) -> None:
    """A file has the settings of the command line, with dashes or underscores."""
    path = tree(
        tmp_path,
        """
        profile = "all"
        select = ["unlinked-trail"]
        ignore = ["short-retention"]
        min_retention = "glp"
        account = "012345678901"
        region = "eu-west-1"
        partition = "aws"
        var-file = ["prod.tfvars"]
        parameter-file = ["p.json"]
        fail-on = "high"
        strict = true
        require-trail = true
        [var]
        days = 30
        zones = ["a"]
        name = "x"
        on = true
        [parameters]
        Days = 30
        """,
    )
    config = merged(path).config
    top = find([path])
    assert top is not None
    folder = str(Path(top).parent)
    assert config == Config(
        profile="all",
        select=("unlinked-trail",),
        ignore=("short-retention",),
        min_retention=1827,
        min_retention_origin=f"{top}, preset glp",
        account="012345678901",
        region="eu-west-1",
        partition="aws",
        variables=(("days", "30"), ("zones", '["a"]'), ("name", "x"), ("on", "true")),
        var_files=(f"{folder}/prod.tfvars",),
        parameters=(("Days", "30"),),
        parameter_files=(f"{folder}/p.json",),
        fail_on="high",
        strict=True,
        require_trail=True,
    )


def test_isolated_ignores_the_repository(tmp_path: Path) -> None:
    """Not even a broken file matters then."""
    path = tree(tmp_path, "this is not TOML")
    base = Config(isolated=True)
    assert merged(path, base).config == base
    with pytest.raises(UsageError, match="not TOML"):
        merged(path)


@pytest.mark.parametrize(
    ("own", "demanded", "counts"),
    [("90", "365", 365), ("731", "365", 731), ("90", None, 90), ("365", "365", 365)],
)
def test_retention_is_a_floor(tmp_path: Path, own: str, demanded: str | None, counts: int) -> None:
    """The repository can ask for more than the caller, not for less; the report says who did."""
    path = tree(tmp_path, f"min-retention = {own}")
    config = merged(path, min_retention=demanded).config
    assert config.min_retention == counts
    assert (config.min_retention_origin == "--min-retention") == (counts == int(demanded or 0))


def test_profile_and_threshold_are_floors(tmp_path: Path) -> None:
    """The wider profile and the lower threshold hold."""
    path = tree(tmp_path, 'profile = "integration"\nfail-on = "critical"')
    assert merged(path).config.profile == "integration"
    assert merged(path, profile="all", fail_on="low").config[:1] == ("all",)
    assert merged(path, fail_on="low").config.fail_on == "low"
    (tmp_path / FILENAME).write_text('profile = "all"\nfail-on = "info"')
    assert merged(path, profile="integration").config.profile == "all"
    assert merged(path, fail_on="low").config.fail_on == "info"


def test_a_caller_who_names_rules_gets_them(tmp_path: Path) -> None:
    """The repository cannot leave out what the caller wants to run, and the caller is told."""
    path = tree(tmp_path, 'ignore = ["unlinked-trail"]')
    assert merged(path).config.ignore == ("unlinked-trail",)
    for stated in ({"profile": "part11"}, {"select": ("unlinked-trail",)}):
        resolved = merged(path, **stated)
        assert resolved.config.ignore == ()
        assert "left out" in resolved.notes[0]
    assert merged(path, ignore=("short-retention",)).config.ignore == (
        "unlinked-trail",
        "short-retention",
    )


def test_a_file_that_the_caller_names_is_the_callers_word(tmp_path: Path) -> None:
    """It replaces the repository's own; the command line still comes before it."""
    path = tree(tmp_path, "strict = true")
    named = tmp_path / "ci.toml"
    named.write_text('profile = "integration"\nmin-retention = 90\n[var]\na = "file"\nb = "file"')
    stated = Stated("--min-retention", profile="all", variables=(("a", "caller"),))
    config = resolve(stated, [path], Config(), str(named)).config
    assert (config.profile, config.min_retention, config.strict) == ("all", 90, False)
    assert config.variables == (("a", "caller"), ("b", "file"))


@pytest.mark.parametrize(
    ("settings", "words", "advice"),
    [
        ("min-retenton = 1", "no setting 'min-retenton'", "Did you mean min-retention?"),
        ("exit-zero = true", "no setting 'exit-zero'", ""),
        ("strict = 1", "strict must be true or false", ""),
        ("min-retention = true", "must be a number or text", ""),
        ("min-retention = 0", "not a retention period", ""),
        ("account = 12345678901", "account must be text", ""),
        ('account = "1234"', "no account", "twelve digits"),
        ('profile = "most"', "not a value of profile", "integration"),
        ('fail-on = "bad"', "not a value of fail-on", "critical"),
        ("select = [1]", "must be a list of text", ""),
        ("x = ", "not TOML", ""),
    ],
)
def test_what_makes_no_sense_is_an_error(
    tmp_path: Path, settings: str, words: str, advice: str
) -> None:
    """Misspelt, misplaced and mistyped settings are named, with what would be right."""
    with pytest.raises(UsageError, match=words) as caught:
        merged(tree(tmp_path, settings))
    assert advice in caught.value.advice


def test_a_settings_file_is_a_plain_file(tmp_path: Path) -> None:
    """A link in the scanned repository is not followed out of it."""
    path = tree(tmp_path, "")
    (tmp_path / FILENAME).unlink()
    (tmp_path / FILENAME).symlink_to("/etc/hostname")
    with pytest.raises(UsageError, match="not a plain file"):
        merged(path)


def test_retention_presets() -> None:
    """Practices have names; a shelf life gets a year more and is rounded up."""
    assert retention("device") == 731
    assert retention("gmp:731") == 1096
    assert retention("gmp:732") == 1827
    assert retention("gmp:9000") == 9365
    for wrong in ("", "-1", "0", "1.5", "²", "gmp", "gmp:x", "century"):
        with pytest.raises(UsageError):
            retention(wrong)


def test_parameters_are_pairs_or_files() -> None:
    """The forms that CloudFormation's own command lines take are understood."""
    assert parameter("Days=30") == ([("Days", "30")], None)
    assert parameter("Arn=a=b") == ([("Arn", "a=b")], None)
    assert parameter("ParameterKey=Days,ParameterValue=30") == ([("Days", "30")], None)
    assert parameter("ParameterKey=Days,UsePreviousValue=true") == ([("Days", None)], None)
    assert parameter("Days=30 Env='a b'") == ([("Days", "30"), ("Env", "a b")], None)
    assert parameter("Text=more than one word") == ([("Text", "more than one word")], None)
    assert parameter("Text=it's") == ([("Text", "it's")], None)
    assert parameter("file://params.json") == ([], "params.json")
    assert parameter("./a=b.json") == ([], "./a=b.json")

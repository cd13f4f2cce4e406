"""Classes of characters and repetitions in patterns are those of Go 1.23, with Unicode 15.0."""

import pytest
from function_calls import opens, refuses, said

FOUND: dict[tuple[str, str], object] = {
    ("\\p{Greek}+", "abcΓδ"): ["Γδ"],
    ("[\\p{Greek}x]+", "abcxΓδ"): ["xΓδ"],
    ("[^\\p{Greek}]+", "δab"): ["ab"],
    ("\\P{Han}+", "漢a"): ["a"],
    ("\\p{^Han}+", "漢a"): ["a"],
    ("\\P{^Han}+", "漢a"): ["漢"],
    ("\\p{Any}+", "漢a"): ["漢a"],
    ("\\p{Old_Italic}", "a"): [],
    ("\\pN+", "a٣1"): ["٣1"],
    ("\\p{Lu}", "aÄ"): ["Ä"],
    ("\\pC", "\u0378"): [],
    ("\\p{Co}", "\ue000"): ["\ue000"],
    ("(?i)\\p{Lu}+", "ab1"): ["ab"],
    ("(?i)\\P{Lu}+", "ab1"): ["1"],
    ("(?i)s", "\u017f"): ["\u017f"],
    ("(?i)\\w", "\u017f"): ["\u017f"],
    ("(?i)\u03c2", "\u03c3"): ["\u03c3"],
    ("(?i)[[:^lower:]]+", "aB1"): ["1"],
    ("[[:^alpha:]]+", "ab12"): ["12"],
    ("[[:alpha]]", "a]"): ["a]"],
    ("\\Qa.b\\E+", "a.bb"): ["a.bb"],
    ("a\\Q\\E+", "aa"): ["aa"],
    ("a(?i)*B", "aab"): ["aab"],
    ("(?:a{501}){1}", "a"): [],
}
"""Patterns and texts, and all that is found."""

REFUSED = [
    "\\p{Katakana_Or_Hiragana}",
    "\\p{Zyyy}",
    "\\p{L&}",
    "\\pÄ",
    "\\p{L",
    "[[:foo:]]",
    "[a-\\pL]",
    "(?i)*a",
    "(?:a|*)",
    "((a{10}){10}){11}",
    "a{2}?*",
]

OPEN = ["\\p{greek}", "\\p{Letter}", "\\p{ASCII}"]
"""What Go 1.25 knows, and Go 1.23 refuses."""


@pytest.mark.parametrize("case", FOUND, ids=str)
def test_patterns_find_what_go_finds(case: tuple[str, str]) -> None:
    """Scripts and kinds of characters are Unicode's; without case a letter is all of its cases."""
    assert said("regexall", *case) == FOUND[case]


@pytest.mark.parametrize("pattern", REFUSED)
def test_patterns_that_go_refuses_are_refused(pattern: str) -> None:
    """Names are taken as they are written, and repetitions multiply."""
    assert refuses("regexall", pattern, "a")


@pytest.mark.parametrize("pattern", OPEN)
def test_names_that_only_newer_versions_know_are_open(pattern: str) -> None:
    """Which Terraform runs is not in code."""
    assert opens("regexall", pattern, "a")

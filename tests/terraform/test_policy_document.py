"""`aws_iam_policy_document`: what its blocks make, merged as the provider merges them."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated

DOCUMENT = "data.aws_iam_policy_document.%s.json"


def _document(body: str, name: str = "d") -> str:
    return f'data "aws_iam_policy_document" "{name}" {{\n{body}\n}}\n'


def _statements(text: str, name: str = "d") -> object:
    found = evaluated(DOCUMENT % name, text)
    assert isinstance(found, dict)
    return found["json"]["Statement"]


ALLOW = '  statement {\n    sid = "A"\n    actions = ["a:B"]\n    resources = ["*"]\n  }\n'
ALLOWED = {"Sid": "A", "Effect": "Allow", "Action": ["a:B"], "Resource": ["*"]}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ALLOW, [ALLOWED]),
        (
            '  statement {\n  effect = "Deny"\n  not_actions = ["a:B"]\n not_resources = ["r"]\n }',
            [{"Effect": "Deny", "NotAction": ["a:B"], "NotResource": ["r"]}],
        ),
        (
            '  statement {\n  principals {\n  type = "AWS"\n  identifiers = ["x", "y"]\n  }\n  }',
            [{"Effect": "Allow", "Principal": {"AWS": ["x", "y"]}}],
        ),
        (
            '  statement {\n  principals {\n  type = "*"\n  identifiers = ["*"]\n  }\n  }',
            [{"Effect": "Allow", "Principal": "*"}],
        ),
        (
            (
                '  statement {\n  condition {\n  test = "StringEquals"\n  variable = "aws:x"\n'
                '  values = ["&{aws:username}"]\n  }\n  }'
            ),
            [{"Effect": "Allow", "Condition": {"StringEquals": {"aws:x": ["${aws:username}"]}}}],
        ),
        (
            (
                '  dynamic "statement" {\n  for_each = ["a", "b"]\n  content {\n'
                '  actions = ["${statement.value}:X"]\n  }\n  }'
            ),
            [{"Effect": "Allow", "Action": ["a:X"]}, {"Effect": "Allow", "Action": ["b:X"]}],
        ),
    ],
)
def test_statements(body: str, expected: object) -> None:
    """Blocks become statements of the policy language."""
    assert _statements(_document(body)) == expected


SOURCE = _document(ALLOW, "base")
OVER = '[jsonencode({Statement = [{Sid = "A", Effect = "Deny", Action = "*", Resource = "*"}]})]'
DENIED = {"Sid": "A", "Effect": "Deny", "Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"  source_policy_documents = [{DOCUMENT % 'base'}]", [ALLOWED]),
        (
            (
                f'  source_policy_documents = [{DOCUMENT % "base"}]\n  statement {{\n  sid = "A"\n'
                '    actions = ["c:D"]\n  }'
            ),
            [{"Sid": "A", "Effect": "Allow", "Action": ["c:D"]}],
        ),
        (
            (
                f"  source_policy_documents = [{DOCUMENT % 'base'}]\n  statement {{\n"
                '    actions = ["c:D"]\n  }'
            ),
            [ALLOWED, {"Effect": "Allow", "Action": ["c:D"]}],
        ),
        (f"{ALLOW}  override_policy_documents = {OVER}", [DENIED]),
        (f"  source_json = {DOCUMENT % 'base'}", [ALLOWED]),
        (f"{ALLOW}  source_json = null\n  override_policy_documents = []", [ALLOWED]),
    ],
)
def test_merging(body: str, expected: object) -> None:
    """A statement replaces the earlier one of its sid; one without a sid only adds."""
    assert _statements(SOURCE + _document(body)) == expected


def test_a_circle_of_documents_is_refused() -> None:
    """Two documents that are each other's source are no document."""
    text = _document(f"  source_policy_documents = [{DOCUMENT % 'e'}]") + _document(
        f"  source_policy_documents = [{DOCUMENT % 'd'}]", "e"
    )
    assert evaluated(DOCUMENT % "d", text) == "!"


@pytest.mark.parametrize("version", ["", "  version = null\n"])
def test_the_version_has_a_default(version: str) -> None:
    """A document that states no version, or null, is of the version that the provider writes."""
    found = evaluated(DOCUMENT % "d", _document(version + ALLOW))
    assert isinstance(found, dict)
    assert found["json"]["Version"] == "2012-10-17"

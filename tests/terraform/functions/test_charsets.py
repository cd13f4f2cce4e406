"""Text in other encodings is what Terraform 1.11 makes of it, by IANA's names."""

import pytest
from function_calls import opens, refuses, said

ENCODED: dict[tuple[str, str], str] = {
    ("a", "IBM1047"): "gQ==",
    ("[^]", "csIBM1047"): "rV+9",
    ("[^]", "ebcdic-cp-us"): "urC7",
    ("a", " UTF-8 "): "YQ==",
    ("a", "latin1"): "YQ==",
    ("a", "UTF-16"): "/v8AYQ==",
    ("\u045e", "KOI8-U"): "rg==",
    ("中文", "Big5"): "pKSk5Q==",
    ("中文", "GBK"): "1tDOxA==",
    ("한", "EUC-KR"): "x9E=",
    ("갂", "EUC-KR"): "gUE=",
    ("日本", "Shift_JIS"): "k/qWew==",
    ("①", "Shift_JIS"): "h0A=",
    ("日本", "EUC-JP"): "xvzL3A==",
    ("中", "HZ-GB-2312"): "fntWUA==",
    ("中a", "HZ-GB-2312"): "fntWUH59YQ==",
}
"""Texts and the names of encodings, and what they come to in base64."""

ONE_WAY = {("中", "HZ-GB-2312")}
"""What is written without an end, so that only the other way is open."""

REFUSED: list[tuple[str, str, str]] = [
    ("textencodebase64", "a", "cp1047"),
    ("textencodebase64", "a", "x-sjis"),
    ("textencodebase64", "a", "ISO-2022-KR"),
    ("textencodebase64", "a", ""),
    ("textencodebase64", "\x80", "ISO-8859-2"),
    ("textencodebase64", "¢", "Shift_JIS"),
    ("textencodebase64", "ж", "IBM1047"),
    ("textdecodebase64", "gA==", "ISO-8859-2"),
    ("textdecodebase64", "77+9", "UTF-8"),
    ("textdecodebase64", "/w==", "EUC-KR"),
]

OPEN: list[tuple[str, str, str]] = [
    ("textencodebase64", "〃", "Big5"),
    ("textencodebase64", "中~", "HZ-GB-2312"),
    ("textencodebase64", "〜", "EUC-JP"),
    ("textencodebase64", "\ue000", "GB18030"),
    ("textdecodebase64", "Gxs=", "ISO-2022-JP"),
]
"""Where Terraform has the tables of the Encoding Standard, and Python others."""


@pytest.mark.parametrize("case", ENCODED, ids=str)
def test_text_is_encoded_and_decoded(case: tuple[str, str]) -> None:
    """What is encoded comes back."""
    text, name = case
    assert said("textencodebase64", text, name) == ENCODED[case]
    if case not in ONE_WAY:
        assert said("textdecodebase64", ENCODED[case], name) == text


@pytest.mark.parametrize("call", REFUSED, ids=str)
def test_what_terraform_refuses_is_refused(call: tuple[str, ...]) -> None:
    """Names are IANA's and no others; what has no form, or stands for nothing, is an error."""
    assert refuses(*call)


@pytest.mark.parametrize("call", OPEN, ids=str)
def test_what_tables_differ_on_is_open(call: tuple[str, ...]) -> None:
    """A character that only one of two tables has is not settled, and not refused."""
    assert opens(*call)

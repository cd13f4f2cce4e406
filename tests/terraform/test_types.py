"""Type constraints: conversion, optional attributes, misfits."""

from __future__ import annotations

import pytest

from terraform.configurations import evaluated


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("string", "1.50", "1.5"),
        ("string", "true", "true"),
        ("string", "[1]", "!"),
        ("number", '"007"', 7),
        ("number", '"x"', "!"),
        ("bool", '"true"', True),
        ("bool", '"yes"', "!"),
        ("list(string)", '[1, "a", true]', ["1", "a", "true"]),
        ("list(string)", 'toset(["b", "a"])', ["a", "b"]),
        ("set(string)", '["b", "a", "b"]', ["a", "b"]),
        ("list(string)", '"a"', "!"),
        ("map(string)", "{a = 1, b = true}", {"a": "1", "b": "true"}),
        ("map(any)", '{a = 1, c = "x"}', {"a": "1", "c": "x"}),
        ("list(any)", '[1, "x"]', ["1", "x"]),
        ("any", '[1, "x"]', [1, "x"]),
        ("tuple([string, number])", '[1, "2"]', ["1", 2]),
        ("tuple([string])", "[1, 2]", "!"),
        ("object({a = string})", "{a = 1, b = 2}", {"a": "1"}),
        ("object({a = string})", "{}", "!"),
        ("object({a = optional(string)})", "{}", {"a": None}),
        ('object({a = optional(string, "A")})', "{}", {"a": "A"}),
        ('object({a = optional(string, "A")})', "{a = null}", {"a": "A"}),
        ("object({a = optional(object({b = optional(number, 3)}), {})})", "{}", {"a": {"b": 3}}),
        ("map(object({a = optional(list(string), [])}))", "{k = {}}", {"k": {"a": []}}),
        ("string", "null", None),
    ],
)
def test_arguments_of_modules_take_the_declared_type(
    declared: str, given: str, expected: object
) -> None:
    """What a caller gives is converted, completed or refused."""
    call = f'module "m" {{\n  source = "./m"\n  v      = {given}\n}}\n'
    callee = f'variable "v" {{\n  type = {declared}\n}}\noutput "o" {{\n  value = var.v\n}}\n'
    assert evaluated("module.m.o", call, m=callee) == expected


@pytest.mark.parametrize(
    ("body", "given", "expected"),
    [
        ('default = "d"', "", "d"),
        ('default = "d"', "v = null", None),
        ('default = "d"\n  nullable = false', "v = null", "d"),
        ("", "", "!"),
    ],
)
def test_null_and_defaults(body: str, given: str, expected: object) -> None:
    """Null is a value of its own, unless the variable is not nullable."""
    call = f'module "m" {{\n  source = "./m"\n  {given}\n}}\n'
    callee = f'variable "v" {{\n  {body}\n}}\noutput "o" {{\n  value = var.v\n}}\n'
    assert evaluated("module.m.o", call, m=callee) == expected

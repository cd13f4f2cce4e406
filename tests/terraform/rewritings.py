"""Ways to say the same in other words: each returns a configuration that means what it is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import strategies as st

from terraform.wirings import (
    Block,
    Configuration,
    Policy,
    Written,
    in_json,
    mapped,
    native,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import DrawFn

Rewriting: TypeAlias = "Callable[[Configuration, DrawFn], Configuration]"
_CONSTANT = re.compile(r'"[^"$%]*"|[0-9]+|true|false')
_REFERENCE = re.compile(r"\b(?:(?:data\.)?aws_\w+\.[\w-]+(?:\[[^\]]*\])?\.\w+|local\.\w+|var\.\w+)")
_ONCE = frozenset({"count", "for_each"})


def _everywhere(c: Configuration, change: Callable[[str], str]) -> Configuration:
    return Configuration(
        tuple(mapped(block, change) for block in c.blocks),
        tuple(mapped(block, change) for block in c.overrides),
    )


def _declared(c: Configuration) -> list[int]:
    return [n for n, block in enumerate(c.blocks) if block.type in ("resource", "data")]


def _replaced(c: Configuration, at: int, block: Block, *more: Block) -> Configuration:
    return c._replace(blocks=(*c.blocks[:at], block, *c.blocks[at + 1 :], *more))


def _fresh(c: Configuration, front: str) -> str:
    return f"{front}{len(c.blocks) + len(c.overrides)}"


def _argument(c: Configuration, draw: DrawFn, fits: Callable[[Written], bool]) -> tuple[int, str]:
    """Draw an argument that fits; there is always one."""
    found = [
        (n, name)
        for n in _declared(c)
        for name, value in c.blocks[n].arguments.items()
        if name not in _ONCE and fits(value)
    ]
    return draw(st.sampled_from(found))


def _with(block: Block, name: str, value: Written) -> Block:
    return block._replace(arguments={**block.arguments, name: value})


def through_a_local(c: Configuration, draw: DrawFn) -> Configuration:
    """Name what an argument says: the other way is to inline a local."""
    at, name = _argument(c, draw, lambda value: "each." not in str(value))
    local = _fresh(c, "l")
    said = Block("locals", (), {local: c.blocks[at].arguments[name]})
    return _replaced(c, at, _with(c.blocks[at], name, f"local.{local}"), said)


def through_a_default(c: Configuration, draw: DrawFn) -> Configuration:
    """Make a constant the default of a variable."""
    at, name = _argument(c, draw, lambda v: isinstance(v, str) and bool(_CONSTANT.fullmatch(v)))
    variable = _fresh(c, "v")
    value = c.blocks[at].arguments[name]
    said: dict[str, Written] = {"default": value}
    if draw(st.booleans()):
        said["type"] = "string" if isinstance(value, str) and value[0] == '"' else "any"
    if draw(st.booleans()):
        said["nullable"] = "false"
    new = _with(c.blocks[at], name, f"var.{variable}")
    return _replaced(c, at, new, Block("variable", (variable,), said))


def _repeated(c: Configuration, draw: DrawFn, how: str, said: str, index: str) -> Configuration:
    single = [n for n in _declared(c) if _ONCE.isdisjoint(c.blocks[n].arguments)]
    if not single:
        return c
    at = draw(st.sampled_from(single))
    block = c.blocks[at]
    made = block._replace(arguments={how: said, **block.arguments})
    word = re.compile(rf"(?<![\w.]){re.escape(block.address)}(?=\.)")
    return _everywhere(_replaced(c, at, made), lambda text: word.sub(block.address + index, text))


def counted(c: Configuration, draw: DrawFn) -> Configuration:
    """Make one of a resource by `count`."""
    said = draw(st.sampled_from(["1", "length([1])", "true ? 1 : 0"]))
    return _repeated(c, draw, "count", said, "[0]")


def keyed(c: Configuration, draw: DrawFn) -> Configuration:
    """Make one of a resource by `for_each`."""
    said = draw(st.sampled_from(['toset(["x"])', "{ x = 1 }", '{ for k in ["x"] : k => k }']))
    return _repeated(c, draw, "for_each", said, '["x"]')


def as_text(c: Configuration, draw: DrawFn) -> Configuration:
    """Write a policy as a heredoc."""
    return _policies(c, draw, lambda policy, _: (policy._replace(form="heredoc"), ()))


def as_document(c: Configuration, draw: DrawFn) -> Configuration:
    """Write a policy as a policy document."""
    name = _fresh(c, "d")

    def write(policy: Policy, _: DrawFn) -> tuple[Written, tuple[Block, ...]]:
        data = Block("data", ("aws_iam_policy_document", name), {}, tuple(map(_row, policy[0])))
        return f"{data.address}.json", (data,)

    return _policies(c, draw, write)


def _row(said: dict[str, object]) -> Block:
    arguments: dict[str, Written] = {"effect": f'"{said["Effect"]}"'}
    inner: list[Block] = []
    for key, name in (("Action", "actions"), ("Resource", "resources")):
        if key in said:
            value = said[key]
            rows = value if isinstance(value, list) else [value]
            arguments[name] = "[" + ", ".join(f'"{each}"' for each in rows) + "]"
    if isinstance(principal := said.get("Principal"), dict):
        who = f'["{principal["Service"]}"]'
        inner.append(Block("principals", (), {"type": '"Service"', "identifiers": who}))
    if isinstance(conditions := said.get("Condition"), dict):
        for test, keys in conditions.items():
            for key, values in keys.items():
                listed = "[" + ", ".join(f'"{each}"' for each in values) + "]"
                row = {"test": f'"{test}"', "variable": f'"{key}"', "values": listed}
                inner.append(Block("condition", (), {**row}))
    return Block("statement", (), arguments, tuple(inner))


def _policies(
    c: Configuration,
    draw: DrawFn,
    write: Callable[[Policy, DrawFn], tuple[Written, tuple[Block, ...]]],
) -> Configuration:
    found = [
        (n, name)
        for n in _declared(c)
        for name, value in c.blocks[n].arguments.items()
        if isinstance(value, Policy)
    ]
    if not found:
        return c
    at, name = draw(st.sampled_from(found))
    policy = c.blocks[at].arguments[name]
    assert isinstance(policy, Policy)
    written, more = write(policy, draw)
    return _replaced(c, at, _with(c.blocks[at], name, written), *more)


def renamed(c: Configuration, draw: DrawFn) -> Configuration:
    """Give a resource or data source another name."""
    at = draw(st.sampled_from(_declared(c)))
    block = c.blocks[at]
    name = draw(st.sampled_from(["this", "x-y", "aws_iam_role", "each_", "_0"])) + str(at)
    other = block._replace(labels=(block.labels[0], name))
    word = re.compile(rf"(?<![\w.]){re.escape(block.address)}(?=[.\[])")
    made = _everywhere(_replaced(c, at, other), lambda text: word.sub(other.address, text))
    labels = tuple(
        o._replace(labels=other.labels) if o.labels == block.labels else o for o in made.overrides
    )
    return made._replace(overrides=labels)


def dynamic(c: Configuration, draw: DrawFn) -> Configuration:
    """Write the nested blocks of a resource as dynamic ones."""
    found = [n for n in _declared(c) if any(b.type != "dynamic" for b in c.blocks[n].blocks)]
    if not found:
        return c
    at = draw(st.sampled_from(found))
    said = draw(st.sampled_from(["[1]", 'toset(["a"])', "{ a = 1 }", "true ? [1] : []"]))
    inner = tuple(
        each
        if each.type == "dynamic"
        else Block(
            "dynamic",
            (each.type,),
            {"for_each": said},
            (Block("content", (), each.arguments, each.blocks),),
        )
        for each in c.blocks[at].blocks
    )
    return _replaced(c, at, c.blocks[at]._replace(blocks=inner))


def overridden(c: Configuration, draw: DrawFn) -> Configuration:
    """State an argument in an override file, before something else or nothing."""
    at, name = _argument(c, draw, lambda _: True)
    block = c.blocks[at]
    if block.type == "data" or any(
        name in o.arguments for o in c.overrides if o.labels == block.labels
    ):
        return c
    value = block.arguments[name]
    decoy = draw(st.sampled_from(["null", "", '"decoy"' if isinstance(value, Policy) else "null"]))
    rest = {key: said for key, said in block.arguments.items() if key != name}
    if decoy:
        rest[name] = decoy
    over = Block(block.type, block.labels, {name: value})
    return _replaced(c, at, block._replace(arguments=rest))._replace(overrides=(*c.overrides, over))


REWRITINGS: tuple[Rewriting, ...] = (
    through_a_local,
    through_a_default,
    counted,
    keyed,
    as_text,
    as_document,
    renamed,
    dynamic,
    overridden,
)


# --- files ----------------------------------------------------------------------------------------


def as_it_is(c: Configuration, draw: DrawFn) -> dict[str, str]:
    """Return one file, in order."""
    return _files("", c, {"main.tf": list(c.blocks)})


def split(c: Configuration, draw: DrawFn) -> dict[str, str]:
    """Return the blocks in several files, in any order, some of them in JSON syntax."""
    return _spread("", c, draw, ("a.tf", "b.tf", "main.tf", "z.tf.json"))


def in_json_syntax(c: Configuration, draw: DrawFn) -> dict[str, str]:
    """Return all blocks in JSON syntax."""
    return _spread("", c, draw, ("main.tf.json",))


def in_a_module(c: Configuration, draw: DrawFn) -> dict[str, str]:
    """Return some of the blocks in a module, and what they need of each other handed over."""
    inside = draw(st.sets(st.sampled_from(_declared(c)), min_size=1))
    moved = {c.blocks[n].address for n in inside}
    index = draw(st.sampled_from(["", "[0]", '["k"]']))
    call: dict[str, Written] = {"source": '"./m"'}
    if index:
        call.update({"count": "1"} if index == "[0]" else {"for_each": 'toset(["k"])'})
    handed: dict[str, str] = {}
    returned: dict[str, str] = {}

    def home(reference: str) -> bool:
        steps = reference.partition("[")[0].split(".")
        return ".".join(steps[: 3 if steps[0] == "data" else 2]) in moved

    def within(match: re.Match[str]) -> str:
        if home(match[0]):
            return match[0]
        return "var." + handed.setdefault(match[0], f"i{len(handed)}")

    def without(match: re.Match[str]) -> str:
        if not home(match[0]):
            return match[0]
        return f"module.m{index}." + returned.setdefault(match[0], f"o{len(returned)}")

    def there(block: Block) -> Block:
        return mapped(block, lambda text: _REFERENCE.sub(within, text))

    def here(block: Block) -> Block:
        return mapped(block, lambda text: _REFERENCE.sub(without, text))

    own = [there(c.blocks[n]) for n in sorted(inside)]
    over = [there(o) for o in c.overrides if o.address in moved]
    rest = [here(b) for n, b in enumerate(c.blocks) if n not in inside]
    above = [here(o) for o in c.overrides if o.address not in moved]
    own += [Block("variable", (name,), {}) for name in handed.values()]
    own += [Block("output", (name,), {"value": said}) for said, name in returned.items()]
    call.update({name: said for said, name in handed.items()})
    rest.append(Block("module", ("m",), call))
    return {
        **_spread("", Configuration(tuple(rest), tuple(above)), draw, ("main.tf", "b.tf.json")),
        **_spread("m/", Configuration(tuple(own), tuple(over)), draw, ("main.tf", "o.tf")),
    }


LAYOUTS = (as_it_is, split, in_json_syntax, in_a_module)


def _spread(front: str, c: Configuration, draw: DrawFn, names: tuple[str, ...]) -> dict[str, str]:
    files: dict[str, list[Block]] = {}
    for block in draw(st.permutations(c.blocks)):
        files.setdefault(draw(st.sampled_from(names)), []).append(block)
    return _files(front, c, files)


def _files(front: str, c: Configuration, files: dict[str, list[Block]]) -> dict[str, str]:
    if c.overrides:
        files["override.tf"] = list(c.overrides)
    return {
        front + name: in_json(tuple(blocks))
        if name.endswith(".json")
        else "".join(map(native, blocks))
        for name, blocks in files.items()
    }

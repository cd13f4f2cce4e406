"""The functions of the Terraform language, on values of which some are not known.

`call` is the whole interface: a name and values in, a value out, never an exception. What a
function makes of text with symbolic parts, of choices and of unknowns is said in each file; the
conversions in `convert` and the branches in `lift` serve operators too.

Source: developer.hashicorp.com/terraform/language/functions, and what Terraform 1.11 answers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from trailcheck.errors import said_of
from trailcheck.terraform.functions.base import (
    Call,
    FileAccess,
    Function,
    OutOfReachError,
    RefusedError,
    UnsettledError,
)
from trailcheck.terraform.functions.canonical import derived_name
from trailcheck.terraform.functions.convert import derived
from trailcheck.terraform.functions.kinds import composed
from trailcheck.terraform.functions.lift import lift, lift_items, nested_choice
from trailcheck.terraform.functions.setorder import NO_ORDER, is_ordered
from trailcheck.value import Known, Unknown, Unsorted

if TYPE_CHECKING:
    from trailcheck.source import Span
    from trailcheck.value import Value

__all__ = ["FileAccess", "OutOfReachError", "RefusedError", "call"]

_MODULES = {
    "strings": "chomp indent join length lower strrev substr title trim trimspace upper",
    "searching": "endswith replace split startswith strcontains trimprefix trimsuffix",
    "formatting": "format formatlist",
    "patterns": "regex regexall",
    "collections": """alltrue anytrue chunklist coalesce coalescelist compact concat contains
        distinct element flatten index one range reverse slice sort""",
    "maps": "keys lookup matchkeys merge transpose values zipmap list map",
    "sets": "setintersection setproduct setsubtract setunion",
    "types": """tobool tolist tomap tonumber toset tostring sensitive nonsensitive issensitive
        ephemeralasnull type defaults""",
    "numbers": "abs ceil floor log max min parseint pow signum sum",
    "encoding": """base64decode base64encode base64gzip base64gunzip csvdecode jsondecode jsonencode
        textdecodebase64 textencodebase64 urlencode urldecode""",
    "yaml": "yamldecode yamlencode",
    "crypto": """base64sha256 base64sha512 bcrypt filebase64sha256 filebase64sha512 filemd5 filesha1
        filesha256 filesha512 md5 sha1 sha256 sha512 uuid uuidv5""",
    "rsa": "rsadecrypt",
    "network": "cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets",
    "times": "formatdate plantimestamp timeadd timecmp timestamp",
    "files": """abspath basename dirname file filebase64 fileexists fileset pathexpand templatefile
        templatestring""",
    "hcltext": """provider::terraform::decode_tfvars provider::terraform::encode_expr
        provider::terraform::encode_tfvars""",
    "provider": """provider::aws::arn_build provider::aws::arn_parse
        provider::aws::trim_iam_role_path""",
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


def call(name: str, arguments: list[Value], span: Span | None, context: FileAccess) -> Value:
    """Return what the function `name` makes of `arguments`.

    Where Terraform would refuse the call, the result is an `Unknown` that is marked as refused;
    where code does not settle it, one whose name says the call, so that equal calls are equal
    unknowns.
    """
    name = name.removeprefix("core::")
    function = _find(name)
    if function is None:
        if name.startswith("provider::"):
            reason = f"the function {name} belongs to a provider, which is not run"
            return Unknown(derived_name(name, arguments), reason, span)
        return Unknown(
            derived_name(name, arguments), f"there is no function {name}", span, refused=True
        )
    this = Call(name, span, context)
    run = _apply_to_items if function.deep else _apply
    return lift(arguments, lambda given: run(function, this, given), name=name, span=span)


def _find(name: str) -> Function | None:
    module = _MODULE_OF.get(name)
    if module is None:
        return None
    table: dict[str, Function] = import_module(f"{__name__}.{module}").FUNCTIONS
    return table[name]


def _apply_to_items(function: Function, this: Call, arguments: list[Value]) -> Value:
    """Apply a function that looks at items, branch by branch only where it turns on a choice."""
    result = _apply(function, this, arguments)
    if not isinstance(result, Unknown) or result.refused or nested_choice(arguments) is None:
        return result
    return lift_items(
        arguments, lambda given: _apply(function, this, given), name=this.name, span=this.span
    )


def _apply(function: Function, this: Call, arguments: list[Value]) -> Value:
    try:
        _check(function, this, arguments)
        return composed(function.apply(this, arguments))
    except RefusedError as error:
        name = derived_name(this.name, arguments)
        reason = f"{this.name}: {error}"
        met = said_of(reason, "", this.span)
        return Unknown(name, reason, this.span, needs=error.needs, refused=True, refusal=met)
    except UnsettledError as error:
        return derived(this.name, arguments, this.span, cause=error.cause, reason=error.reason)
    except OutOfReachError as error:
        return Unknown(derived_name(this.name, arguments), str(error), this.span)
    except (RecursionError, MemoryError, ArithmeticError):
        reason = f"the result of {this.name} is too large to follow"
        return Unknown(derived_name(this.name, arguments), reason, this.span)


def _check(function: Function, this: Call, arguments: list[Value]) -> None:
    """Raise RefusedError for a wrong number of arguments, and for null where it is not allowed."""
    count = len(arguments)
    if count < function.least or (function.most is not None and count > function.most):
        raise RefusedError(f"{count} arguments are not what {this.name} takes")
    for argument in arguments:
        match argument:
            case Unknown(refused=True) if not function.refused:
                raise UnsettledError(argument)
            case Known(data=None) if not function.nulls:
                raise RefusedError("an argument must not be null")
            case Unsorted() if not function.any_order and not is_ordered(argument):
                raise UnsettledError(argument, NO_ORDER)

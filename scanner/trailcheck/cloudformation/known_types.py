"""Which types of resources there are: a template with one that there is not is refused.

Source: CloudFormation User Guide, "Resources", "Custom resources", "Modules"; the table of types.
CloudFormation gets new types every week, so that one of Amazon's that the table lacks is told and
no more. The types of AWS SAM are those of its specification: a transform makes no others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from trailcheck.cloudformation.dependencies import SERVERLESS_TYPES
from trailcheck.cloudformation.template import SERVERLESS
from trailcheck.errors import Impact

if TYPE_CHECKING:
    from trailcheck.cloudformation.template import Declaration, Template

_FORM = re.compile(r"[A-Za-z0-9]{2,64}(::[A-Za-z0-9]{2,64}){2}(::MODULE)?|Custom::[\w@-]{1,60}")
_OWN = ("AWS::", "Alexa::")
_MODULE = "::MODULE"


def check(template: Template) -> None:
    """Report the types of a template's resources that there are not."""
    for declared in template.resources.values():
        if declared.type.startswith(SERVERLESS_TYPES) and not template.transforms:
            _refuse(
                template,
                declared,
                f"{declared.type} needs a transform that the template does not name",
                f"CloudFormation knows it in templates that state `Transform: {SERVERLESS}`.",
            )
        elif "${" not in declared.type and not _known(declared.type):
            _report(template, declared)


def _known(name: str) -> bool:
    """Tell whether a type is one of Amazon's, or may be one of somebody else's."""
    if _FORM.fullmatch(name) is None:
        return False
    if not name.startswith(_OWN) or name.endswith(_MODULE):
        return True
    # NOTE: the table is read by templates with a trail only.
    from trailcheck.cloudformation.resource_types import TYPES  # noqa: PLC0415 - as above

    service, _, last = name.rpartition("::")
    return last in TYPES.get(service, "").split()


def _report(template: Template, declared: Declaration) -> None:
    """Report a type that the table lacks: refuse what cannot be one, and tell of the rest."""
    from trailcheck.cloudformation.refusals import nearest  # noqa: PLC0415 - for mistakes only
    from trailcheck.cloudformation.resource_types import DATE, TYPES  # noqa: PLC0415 - as above

    name = declared.type
    names = [f"{service}::{last}" for service, said in TYPES.items() for last in said.split()]
    near = nearest(name, names)
    summary = f"There is no resource type {name}"
    if _FORM.fullmatch(name) is None:
        detail = near or "A type is made of three words, as in AWS::Logs::LogGroup."
        _refuse(template, declared, summary, detail)
    elif name.startswith(SERVERLESS_TYPES) or name.lower() in map(str.lower, names):
        _refuse(template, declared, summary, f"{near or 'Correct it.'} (Schemas of {DATE}.)")
    else:
        template.report(
            f"The resource type {name} is not known",
            f"{near or 'It may be newer.'} (Schemas of {DATE}.) CloudFormation refuses a template "
            "with a type that does not exist.",
            declared.id_span,
            Impact.NOTICE,
        )


def _refuse(template: Template, declared: Declaration, summary: str, detail: str) -> None:
    template.report(summary, detail, declared.id_span, Impact.REFUSED)

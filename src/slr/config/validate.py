"""Checks a document against a pydantic model and says each problem in the user's words, with its key path and line."""

from __future__ import annotations

import types
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slr.config.advice import nearest, unknown_key, wrong_type
from slr.config.document import Document, KeyPath, describe

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "model_type": "a block of keys",
    "dict_type": "a block of keys",
}


def validate(document: Document, schema: type[M]) -> M | None:
    """The document as ``schema``, or None after noting every problem in it."""
    try:
        return schema.model_validate(document.value)
    except ValidationError as errors:
        details = errors.errors(include_url=False)
        unknown = [error["loc"] for error in details if error["type"] == "extra_forbidden"]
        for error in details:
            if not _explained(schema, error, unknown):
                document.fault(error["loc"], _sentence(schema, error))
    return None


def _explained(schema: type[BaseModel], error: ErrorDetails, unknown: list[KeyPath]) -> bool:
    """True for what another problem explains: a missing key that an unknown one beside it was meant to be, and a list
    that is short only because its items are wrong. One slip is one problem.
    """
    path = error["loc"]
    if error["type"] == "too_short" and error["input"]:
        return True
    siblings = [str(other[-1]) for other in unknown if other[:-1] == path[:-1]]
    known = keys_at(schema, path[:-1])
    return error["type"] == "missing" and any(nearest(key, known) == path[-1] for key in siblings)


def _sentence(schema: type[BaseModel], error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if kind in _EXPECTED:
        return wrong_type(_EXPECTED[kind], value)
    match kind:
        case "extra_forbidden":
            return unknown_key(error["loc"], keys_at(schema, error["loc"][:-1]))
        case "missing":
            return f"is missing (write {error['loc'][-1]}: and its value)"
        case "literal_error":
            return f"is {describe(value)} (write {context['expected'].replace(chr(39), '')})"
        case "too_short":
            return "is an empty list (write at least one item or delete it)"
        case "greater_than_equal":
            return f"is {value} (write a number from {context['ge']} up)"
        case "less_than_equal":
            return f"is {value} (write a number up to {context['le']})"
        case "value_error":
            return str(context["error"])
    return error["msg"]


def keys_at(schema: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that the model allows in the block at ``path``, in the order of the model."""
    block: object = schema
    for step in path:
        if isinstance(step, str) and isinstance(block, type) and issubclass(block, BaseModel):
            fields = {field.alias or name: field for name, field in block.model_fields.items()}
            block = _plain(fields[step].annotation) if step in fields else None
        elif isinstance(step, int):
            block = _plain(get_args(block)[0])
    if isinstance(block, type) and issubclass(block, BaseModel):
        return [field.alias or name for name, field in block.model_fields.items()]
    return []


def _plain(annotation: Any) -> Any:
    """An annotation without ``Annotated`` and ``| None``."""
    if get_origin(annotation) is Annotated:
        return _plain(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation

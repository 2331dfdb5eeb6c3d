"""What the project's own data files may hold, and what of them does not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from nabla.problem import Problem
from nabla.source.data import Document

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "pattern": r"\S"}
TEXTS: Schema = {"type": "array", "items": TEXT, "uniqueItems": True}
KINDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def mapping(required: Mapping[str, Schema], others: Mapping[str, Schema] = {}) -> Schema:
    """Return the schema of a mapping that has these keys, perhaps some others, and no more."""
    return {
        "type": "object",
        "properties": {**required, **others},
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def like(data: Any) -> Schema:
    """Return the schema of data that has the keys of `data`, and a text at each end."""
    if isinstance(data, Mapping):
        return mapping({str(key): like(value) for key, value in data.items()})
    return TEXT


FRONT_MATTER = mapping(
    {},
    {
        "title": TEXT,
        "description": TEXT,
        "minutes": {"type": "integer", "minimum": 1},
        "requires": TEXTS,
        "english": {"type": ["string", "integer"]},
        "hide": listed({"enum": ["navigation", "toc", "path", "footer", "tags", "feedback"]}),
        "search": mapping({}, {"boost": {"type": "number"}, "exclude": {"type": "boolean"}}),
        "jupyter": {"type": "object"},
    },
)
LANGUAGES = {
    **listed(
        mapping(
            {"locale": {**TEXT, "pattern": r"^[a-z]{2}([-_][A-Za-z]{2,4})*$"}, "name": TEXT},
            {"default": {"type": "boolean"}, "build": {"type": "boolean"}},
        )
    ),
    "minItems": 1,
}
EXCEPTIONS = listed(mapping({"page": TEXT, "term": TEXT, "reason": TEXT}))


def glossary_schema(locales: Sequence[str]) -> Schema:
    """Return the schema of a glossary; what it lacks is told for each entry, not here."""
    lists = dict.fromkeys(("forms", "never", "not_in", "ask"), TEXTS)
    term = mapping({}, {"term": TEXT, "definition": TEXT, **lists})
    id_ = {**TEXT, "pattern": r"^[\w-]+$"}
    return listed(mapping({"id": id_}, dict.fromkeys(locales, term)))


def check(document: Document, schema: Schema) -> list[Problem]:
    """Return what of a document is not as its schema says, by line."""
    validator = Draft202012Validator(schema)
    found = [
        one for error in validator.iter_errors(document.data) for one in _tell(document, error)
    ]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.line)


def _tell(document: Document, error: ValidationError) -> Iterator[Problem]:
    keys = tuple(error.absolute_path)
    line = document.line(*keys)
    value: Any = error.instance
    rule: Any = error.validator_value
    name = ".".join(str(key) for key in keys if not isinstance(key, int))
    shown = f"`{name}`" if name else "this"
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])  # type: ignore[index]
            for key in value:
                if key not in known:
                    what = f"unknown key `{_join(name, key)}`"
                    yield Problem(
                        document.path, document.line(*keys, key), what, _known(known, value[key])
                    )
        case "required":
            for key in rule:
                if key not in value:
                    yield Problem(document.path, line, f"`{_join(name, key)}` is missing", "add it")
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            wanted = " or ".join(KINDS[kind] for kind in kinds)
            scalar = "string" in kinds and not isinstance(value, list | dict | None)
            remedy = "put it in quotes" if scalar else f"write {wanted}"
            yield Problem(document.path, line, f"{shown} is {_kind(value)}, not {wanted}", remedy)
        case "pattern" if not value.strip():
            yield Problem(document.path, line, f"{shown} is empty", "write it, or take it out")
        case "pattern":
            yield Problem(document.path, line, f"{shown} cannot be `{value}`", "mend it")
        case "enum":
            remedy = f"write one of: {', '.join(rule)}"
            yield Problem(document.path, line, f"{shown} cannot be `{value}`", remedy)
        case "uniqueItems":
            twice = next(item for at, item in enumerate(value) if item in value[:at])
            yield Problem(document.path, line, f"{shown} names `{twice}` twice", "keep one")
        case _:
            yield Problem(document.path, line, f"{shown} is wrong: {error.message}", "mend it")


def _join(name: str, key: object) -> str:
    return f"{name}.{key}" if name else str(key)


def _known(known: Sequence[str], value: object) -> str:
    if value is None:
        return "put the text before it in quotes, if a comma ended that, or take it out"
    return f"take it out, or write one of: {', '.join(known)}"


def _kind(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a mapping"
    return f"a {type(value).__name__}"

"""Says what is wrong with a file that a person wrote: where, what, and which word was probably meant."""

from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from register.language import Text


def told(error: ValidationError, model: type[BaseModel]) -> Text:
    """Return all that `error` found in a file read as `model`, each with its place; lists are counted from 1."""
    faults = [_told(each, model) for each in error.errors(include_url=False)]
    return Text("; ".join(fault.sv for fault in faults), "; ".join(fault.en for fault in faults))


def nearest(word: str, known: list[str]) -> Text:
    """Return which of `known` was probably meant, or all of them if none is like `word`."""
    close = get_close_matches(word, known, n=1)
    listed = ", ".join(known)
    return (
        Text(f"menas {close[0]}?", f"is {close[0]} meant?") if close else Text(f"finns: {listed}", f"known: {listed}")
    )


def _told(each: ErrorDetails, model: type[BaseModel]) -> Text:
    location = each["loc"]
    place = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")
    what = _explained(each, model)
    return Text(f"{place}: {what.sv}", f"{place}: {what.en}") if place else what


def _explained(each: ErrorDetails, model: type[BaseModel]) -> Text:
    context = each.get("ctx", {})
    match each["type"]:
        case "extra_forbidden":
            meant = nearest(str(each["loc"][-1]), _keys(model, each["loc"][:-1]))
            return Text(f"okänd nyckel; {meant.sv}", f"unknown key; {meant.en}")
        case "missing":
            return Text("saknas", "is missing")
        case "enum" | "literal_error":
            choices = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            close = get_close_matches(str(each["input"]), choices, n=1)
            sv, en = (f"; menas {close[0]}?", f"; is {close[0]} meant?") if close else ("", "")
            return Text(f"ska vara {_either(choices, 'eller')}{sv}", f"is to be {_either(choices, 'or')}{en}")
        case "value_error":
            said = context["error"].args[0]
            return said if isinstance(said, Text) else Text(str(said), str(said))
        case _:
            return Text(each["msg"], each["msg"])


def _either(choices: list[str], word: str) -> str:
    return f" {word} ".join(choices[-2:]) if len(choices) < 3 else f"{', '.join(choices[:-1])} {word} {choices[-1]}"


def _keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are right at a place of a file read as `model`."""
    for part in location:
        if isinstance(part, str):
            model = _section(model, part)
    return [field.alias or name for name, field in model.model_fields.items()]


def _section(model: type[BaseModel], key: str) -> type[BaseModel]:
    annotation = next(field.annotation for name, field in model.model_fields.items() if key in (name, field.alias))
    for candidate in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    raise AssertionError(f"{key} is no section of {model.__name__}")

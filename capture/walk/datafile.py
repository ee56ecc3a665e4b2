"""Reading the walk's own data files: strictly, and with the line number in every complaint."""

from importlib.resources.abc import Traversable
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from register.errors import BadInputError
from register.language import Text

Model = TypeVar("Model", bound=BaseModel)


def read(file: Traversable, model: type[Model]) -> Model:
    """Return what `file` (YAML, UTF-8) says, as a `model`.

    Raises:
        BadInputError: The file is no YAML, or breaks a rule of the model; each complaint names its line.
    """
    source = file.read_text(encoding="utf-8")
    try:
        return model.model_validate(yaml.safe_load(source))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _unusable(file, [f"rad {line}: {error.problem}"]) from error
    except ValidationError as error:
        tree = yaml.compose(source, Loader=yaml.SafeLoader)
        complaints = [f"rad {_line(tree, fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise _unusable(file, complaints) from error


def _line(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """Return the line (from 1) of the deepest part of `path` that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        node = _child(node, part)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: yaml.Node = node.value[part]
        return child
    return None


def _unusable(file: Traversable, complaints: list[str]) -> BadInputError:
    listed = "; ".join(complaints)
    return BadInputError(
        happened=Text(f"{file.name} kan inte användas: {listed}", f"{file.name} cannot be used: {listed}"),
        safe=Text("Inget har besökts eller ändrats.", "Nothing has been visited or changed."),
        next_step=Text("Rätta raderna och försök igen.", "Correct the lines and try again."),
    )

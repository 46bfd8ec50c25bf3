"""Turns a descriptor in YAML into JSON, so that it is read as every other one, within the same bounds.

Each value keeps its line, so that messages name the line of the YAML file. The parser's events are followed one by one:
nothing is nested in Python, no alias is expanded and no tag makes an object.
"""

import json
from typing import Any

from claimtrack.core import limits
from claimtrack.core.errors import Unusable

ENDINGS = (".yaml", ".yml")
KNOWN = ("null", "bool", "int", "float")  # the types of YAML that JSON has, besides the text

LONGEST = 100  # characters of a number; to convert one takes time that grows with the square of its length


def is_yaml(name: object) -> bool:
    """Tells from its name whether a file is YAML."""
    return str(name).lower().endswith(ENDINGS)


def json_of_yaml(raw: bytes, where: object) -> bytes:
    """Returns one document of YAML 1.1 as JSON, with each value on the line on which it stands.

    A date stays a text. Of a mapping, all keys are kept, also one that stands twice. Raises Unusable for what is not
    YAML in UTF-8, for an alias, for a key that is no single value, and for what is nested too deeply.
    """
    import yaml  # slow to import, and few descriptors are YAML

    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{where}: not UTF-8 at byte {error.start}; save the descriptor as UTF-8") from None
    written = _Writer(where, yaml.SafeLoader(""))
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            written.take(type(event).__name__, event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise Unusable(f"{where}{at}: not YAML: {error.problem or error.context}; correct the line") from None
    except yaml.YAMLError as error:
        raise Unusable(f"{where}: not YAML: {' '.join(str(error).split())[:200]}") from None
    return ("".join(written.pieces) or "null").encode()


class _Writer:
    """Writes the events of YAML's parser as JSON. `loader` knows the types of plain values."""

    def __init__(self, where: object, loader: Any):
        self.where, self.loader = where, loader
        self.pieces: list[str] = []
        self.line = 0
        # The mappings and sequences that are open, each as its closing mark and its number of keys and values so far.
        self.open: list[list[Any]] = []
        self.documents = 0

    def take(self, kind: str, event: Any) -> None:
        """Writes one event. Raises Unusable."""
        if kind == "AliasEvent":
            self._refuse(event, f'"*{event.anchor[:50]}" stands for a value elsewhere; write the value itself')
        if kind == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "a second document begins; a descriptor is one")
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            if self._begins(event):
                self._refuse(event, "a key is a mapping or a list; a key is a text")
            if len(self.open) > limits.MAX_DEPTH:
                raise Unusable(f"{self.where}: nested too deeply to be a descriptor")
            mapping = kind == "MappingStartEvent"
            self.pieces.append("{" if mapping else "[")
            self.open.append(["}" if mapping else "]", 0])
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self.pieces.append(self.open.pop()[0])
        elif kind == "ScalarEvent":
            is_key = self._begins(event)
            self.pieces.append(json.dumps(event.value if is_key else self._value(event)))

    def _begins(self, event: Any) -> bool:
        """Writes what stands before a value, and tells whether the value is a key."""
        is_key = False
        if self.open:
            closing, count = self.open[-1]
            self.open[-1][1] += 1
            is_key = closing == "}" and count % 2 == 0
            self.pieces.append(":" if closing == "}" and not is_key else "," if count else "")
        self.pieces.append("\n" * (event.start_mark.line - self.line))
        self.line = max(self.line, event.start_mark.line)
        return is_key

    def _value(self, event: Any) -> Any:
        """Returns a single value as JSON has it: null, true or false, a number or a text."""
        import yaml

        tag = event.tag or self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag.rpartition(":")[2] not in KNOWN or len(event.value) > LONGEST:
            return event.value
        try:
            return self.loader.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, KeyError, yaml.YAMLError):  # such as an explicit tag on a text that is of another type
            return event.value

    def _refuse(self, event: Any, words: str) -> None:
        """Raises Unusable with the place of an event."""
        mark = event.start_mark
        raise Unusable(f"{self.where}:{mark.line + 1}:{mark.column + 1}: {words}")

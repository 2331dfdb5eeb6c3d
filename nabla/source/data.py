"""Read YAML as MkDocs does, without importing MkDocs."""

from functools import lru_cache
from typing import Any

import yaml
from yaml_env_tag import construct_env_tag


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Knows the tags that a mkdocs.yml may hold; functions named there are left out."""


_Loader.add_constructor("!ENV", construct_env_tag)
_Loader.add_constructor("!relative", lambda loader, node: None)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)


def read_yaml(text: str) -> Any:
    """Return the data of a YAML document. Raises yaml.YAMLError where it is none."""
    return yaml.load(text, _Loader)


@lru_cache(maxsize=64)
def read_yaml_once(text: str) -> Any:
    """As `read_yaml`, remembering the last texts; callers must not change what they get."""
    return read_yaml(text)

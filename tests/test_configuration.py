"""What a build cannot do without, and mkdocs.yml lacks, is named by every command, in one line."""

import re

import pytest

from nabla.source.site_config import EXTENSIONS, PLUGINS

from .conftest import SmallProject


def without(config: str, plugin: str) -> str:
    """Return a configuration without a plugin and its options."""
    return re.sub(rf"^  - {plugin}:\n(?:    +.*\n)+", "", config, flags=re.MULTILINE)


def disabled(config: str, plugin: str) -> str:
    return config.replace(f"  - {plugin}:\n", f"  - {plugin}:\n      enabled: false\n", 1)


@pytest.mark.parametrize("change", [without, disabled], ids=lambda one: one.__name__)
@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_that_is_not_there_is_named(project: SmallProject, plugin: str, change):
    config = project.read("mkdocs.yml")
    project.write("mkdocs.yml", change(config, plugin))
    line = config.split("\n").index("plugins:") + 1
    said = f"mkdocs.yml:{line}: no {plugin} plugin; add it under plugins"
    checked, built = project.nabla("check"), project.build()

    assert said in checked.said or f"no {plugin} plugin lists the languages" in checked.said
    assert said in built.said
    for outcome in (checked, built):
        assert outcome.code == 1
        assert "Traceback" not in outcome.said


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_an_extension_that_is_not_there_is_named(project: SmallProject, extension: str):
    config = project.read("mkdocs.yml")
    project.write("mkdocs.yml", config.replace(f"  - {extension}\n", ""))
    outcome = project.nabla("check")
    line = config.split("\n").index("markdown_extensions:") + 1

    assert outcome.said == (
        f"mkdocs.yml:{line}: no {extension} extension; add it under markdown_extensions\n"
    )


def test_another_theme_is_named(project: SmallProject):
    project.write(
        "mkdocs.yml", project.read("mkdocs.yml").replace("name: material", "name: mkdocs")
    )
    outcome = project.command("mkdocs", "build")

    assert "mkdocs.yml:5: the theme is not material; write `name: material`" in outcome.said
    assert "Traceback" not in outcome.said


def test_a_name_that_mkdocs_understands_too_will_do(project: SmallProject):
    config = project.read("mkdocs.yml").replace("  - search:", "  - material/search:")
    project.write("mkdocs.yml", config)

    assert project.nabla("check").code == 0
    assert project.build().code == 0


def test_a_build_by_another_configuration_asks_for_mkdocs_yml(project: SmallProject):
    (project.root / "mkdocs.yml").rename(project.root / "other.yml")
    outcome = project.build("-f", "other.yml")

    assert "mkdocs.yml:1: this file is missing; the languages and the navigation" in outcome.said
    assert "Traceback" not in outcome.said

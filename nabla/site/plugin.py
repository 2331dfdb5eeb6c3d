"""The MkDocs plugin: prepare, render, finish.

*Prepare* checks every file and runs what has not run yet, before any page is rendered.
*Render* is MkDocs', one language after the other; every result is already there.
*Finish* writes what only the whole site can tell.
"""

import gc
import logging
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext

from nabla.checks.results import request_of
from nabla.explorers import FOLDER as EXPLORERS
from nabla.problem import Problem, ProblemError
from nabla.run.runner import Runner
from nabla.site.assets import add_explorers, add_robots
from nabla.site.context import page_context, place_of
from nabla.site.finish import Rendered, finish
from nabla.site.labs import Lab, begin_lab, end_lab
from nabla.site.languages import Languages, slug_of
from nabla.site.maths_font import find_characters
from nabla.site.memory import Memory, page_key, shared_key
from nabla.site.policy import add_policy, remove_invalid
from nabla.site.prepare import Prepared, prepare
from nabla.site.search import SearchIndex
from nabla.source.glossary import GLOSSARY
from nabla.source.lessons import is_lesson_or_lab
from nabla.source.project import Project
from nabla.source.words import load_words

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.nabla")

EXTENSIONS = ("samples", "questions", "maths", "terms", "lessons", "verified")
TEMPLATES = "templates"
NOT_FOUND, SITEMAP = "404.html", "sitemap.xml"
USUALLY, RARELY = gc.get_threshold(), (50_000, 20, 50)
"""When Python looks for garbage; less often, a build takes a tenth less time."""
FATAL = "The build cannot go on; mend what is named above."
BEFORE_OTHERS, AFTER_OTHERS = 100, -200


class NablaConfig(Config):
    """`search` has, by locale, options of Material's search that differ for that language."""

    search = config_options.Type(dict, default={})


@dataclass
class Build:
    """A build of the whole site, all languages included."""

    prepared: Prepared
    words: Mapping[str, Mapping[str, Any]]
    rendered: Rendered = field(default_factory=Rendered)
    shared_keys: dict[str, Hashable] = field(default_factory=dict)


class NablaPlugin(BasePlugin[NablaConfig]):
    """One instance serves all builds of `mkdocs serve`; each has a Build of its own."""

    _serving = False
    _runner: Runner | None = None
    _memory: Memory | None = None
    _build: Build
    _languages: Languages
    _index: SearchIndex

    def on_startup(self, *, command: str, dirty: bool) -> None:
        self._serving = command == "serve"
        self._memory = Memory() if self._serving else None

    def on_shutdown(self) -> None:
        self._serving = False
        if self._runner:
            self._runner.close()
        if self._memory:
            self._memory.close()
            self._memory = None

    @event_priority(BEFORE_OTHERS)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Prepare the whole site, then set what rendering one language needs."""
        try:
            self._languages = Languages(config)
            if not self._languages.is_nested:
                self._build = self._prepare(config)
        except ProblemError as error:
            raise _stop(*error.problems) from None
        build, locale = self._build, self._languages.locale
        self._languages.translate(build.words)
        common = {"project": build.prepared.project, "locale": locale}
        results = {"results": build.prepared.results, "strict": False}
        own = {
            "samples": results,
            "questions": results,
            "maths": {"strict": False},
            "verified": {"survey": build.prepared.survey},
        }
        for name in EXTENSIONS:
            config.mdx_configs[_extension(name)] = {**common, **own.get(name, {})}
        toc = config.mdx_configs.get("toc", {})
        words = build.words[locale]
        config.mdx_configs["toc"] = {**toc, "permalink_title": words["permalink"]}
        config.extra["words"] = words
        config.extra["all_words"] = build.words
        root = build.prepared.project.root
        watched = [root / name for name in ("snippets", "words", GLOSSARY)]
        config.watch += [str(path) for path in watched if path.exists()]
        return config

    def _prepare(self, config: MkDocsConfig) -> Build:
        project = Project(Path(config.config_file_path).parent)
        gc.set_threshold(*RARELY)  # what a build makes, it mostly keeps
        self._runner = self._runner or Runner()
        try:
            prepared = prepare(project, self._runner)
        finally:
            if not self._serving:
                self._runner.close()
        for problem in prepared.problems:
            log.warning(str(problem))
        if prepared.problems and config.strict:
            raise PluginError(FATAL)
        return Build(prepared, {locale: load_words(project, locale) for locale in project.locales})

    @event_priority(AFTER_OTHERS)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        add_explorers(files, config)
        add_robots(files, config)
        return files

    @event_priority(BEFORE_OTHERS)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        """Tell the extensions which page they read, and mkdocs-jupyter what its lab gave.

        Blank lines take the place of the front matter: lines count as in the file.
        """
        project, locale = self._build.prepared.project, self._languages.locale
        slug = slug_of(page.file)
        path = project.relative(project.page_path(locale, slug))
        for name in EXTENSIONS:
            config.mdx_configs[_extension(name)]["page"] = path
        source = project.page(locale, slug)
        if self._memory and self._memory.begin(page, self._key(page, slug, files)):
            return ""
        samples = project.samples(locale, slug).samples
        if source.is_lab and samples:
            run = self._build.prepared.results.of(request_of(samples[0]))
            words = self._build.words[locale]
            begin_lab(Lab(source, samples[0], run, slug, words, page, config, files))
        return "\n" * (source.text.count("\n") - markdown.count("\n")) + markdown

    def _key(self, page: Page, slug: str, files: Files) -> Hashable:
        project, locale = self._build.prepared.project, self._languages.locale
        if locale not in self._build.shared_keys:
            self._build.shared_keys[locale] = shared_key(project, locale, files)
        return page_key(self._build.prepared, locale, slug, self._build.shared_keys[locale])

    def on_page_content(self, html: str, *, page: Page, files: Files, **_: Any) -> str:
        """Take the list of contents of a lab, and the characters of formulas."""
        end_lab()
        if self._memory:
            html = self._memory.end(page, html, files)
        self._build.rendered.characters |= find_characters(html)
        return html

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        """Keep compiled templates: each language asks for the same ones."""
        self._index = SearchIndex(config, self._languages.locale)
        folder = self._build.prepared.project.cache / TEMPLATES
        folder.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))
        return env

    @event_priority(BEFORE_OTHERS)
    def _before_search(self, context: dict[str, Any], *, page: Page, **_: Any) -> None:
        self._index.before_page(page, self._memory.entries(page) if self._memory else ())

    @event_priority(AFTER_OTHERS)
    def _after_search(
        self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, **_: Any
    ) -> None:
        known = self._memory.entries(page) if self._memory else ()
        entries = self._index.after_page(page, known)
        if self._memory:
            self._memory.keep_entries(page, entries)
        project, languages = self._build.prepared.project, self._languages
        context.update(page_context(page, config, project, languages))
        if is_lesson_or_lab(slug_of(page.file)):
            self._build.rendered.places.append(place_of(page, config, languages))

    on_page_context = CombinedEvent(_before_search, _after_search)  # type: ignore[assignment]

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Have the page for what is not there lead to its neighbours, not to the host's root."""
        if template_name == NOT_FOUND and not config.site_url:
            context["base_url"] = "."
        return context

    def on_post_page(self, output: str, **_: Any) -> str:
        return self._clean(output)

    def on_post_template(
        self, output: str, *, template_name: str, config: MkDocsConfig, **_: Any
    ) -> str:
        if template_name == SITEMAP and not config.site_url:
            return ""  # addresses that nobody told
        if template_name == NOT_FOUND and self._languages.locale != self._languages.root:
            return ""  # one page answers for all languages: it is that of the site's root
        return self._clean(output) if template_name.endswith(".html") else output

    def _clean(self, html: str) -> str:
        """Give a page its policy, unless live reload is to put a script into it."""
        html = remove_invalid(html)
        return html if self._serving else add_policy(html)

    @event_priority(BEFORE_OTHERS)
    def _end_language(self, *, config: MkDocsConfig) -> None:
        locale = self._languages.locale
        home = self._languages.home(locale)
        self._build.rendered.entries[locale] = home, self._index.entries

    @event_priority(AFTER_OTHERS)
    def _end_site(self, *, config: MkDocsConfig) -> None:
        if not self._languages.is_nested:
            options = self._index.options
            search = {
                locale: {**options, **self.config.search.get(locale, {})}
                for locale in self._languages.built
            }
            build = self._build
            finish(Path(config.site_dir), build.prepared, build.rendered, build.words, search)
            gc.set_threshold(*USUALLY)

    on_post_build = CombinedEvent(_end_language, _end_site)  # type: ignore[assignment]

    def on_serve(self, server: "LiveReloadServer", **_: Any) -> "LiveReloadServer":
        server.watch(str(self._build.prepared.project.root / "overrides"))
        server.watch(str(EXPLORERS))
        return server


def _extension(name: str) -> str:
    return f"nabla.markdown.{name}"


def _stop(*problems: Problem) -> PluginError:
    for problem in problems:
        log.error(str(problem))
    return PluginError(FATAL)

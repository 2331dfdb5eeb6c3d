"""The MkDocs plugin: run every sample once, and hand the runs to all languages."""

import atexit
import gc
import logging
import os
import posixpath
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from nabla.problem import Problem, ProblemError
from nabla.run.lab import Shown, is_lab
from nabla.run.memory import Memory, forget
from nabla.run.outcome import Run
from nabla.run.runner import Runner
from nabla.run.sample import Sample
from nabla.run.torch_version import wrong_torch
from nabla.run.verdict import judge
from nabla.site import takeaway
from nabla.site.check import Survey, checked, gather
from nabla.site.deferred import Deferred, Unfilled
from nabla.site.figures import figures
from nabla.site.freshness import State, page_status
from nabla.site.labs.claims import Claims
from nabla.site.labs.sessions import Awaited, Labs, Settings
from nabla.site.lessons import FOLDER, LABS, load_lessons
from nabla.site.maths_font import characters, subset
from nabla.site.policy import with_policy
from nabla.site.project import Project, sample_of
from nabla.site.rendering import Rendering
from nabla.site.search import Entries, with_base, write_indexes
from nabla.site.terms import load_glossary
from nabla.site.theme import environment_of
from nabla.site.valid import valid
from nabla.site.words import load_words

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = logging.getLogger("mkdocs.nabla")

EMBED = "nabla.markdown.embed"
MATHS = "nabla.markdown.maths"
TERMS = "nabla.markdown.glossary"
LESSONS = "nabla.markdown.lessons"
VERIFIED = "nabla.markdown.verified"
GLOSSARY_PAGE = "reference/glossary"
RUNS, LABS_RAN, TEMPLATES = "runs", "labs", "templates"
"""Folders of what a build keeps for the next."""
MATHS_FONT = "assets/fonts/math.woff2"
FATAL = "The build cannot go on; mend what is named above."


class NablaPlugin(BasePlugin):
    """One instance serves all builds of `mkdocs serve`: a Runner remembers its runs."""

    _runner: Runner | None = None

    def load_config(self, options, config_file_path: str | None = None) -> tuple:
        """Have samples run already while MkDocs imports the plugins that come after this one.

        What a build makes, it mostly keeps: Python looks for garbage less often than it would.
        And nbconvert, as it is imported, need not try out all its exporters to list them.
        """
        gc.set_threshold(10_000, 20, 50)
        os.environ.setdefault("NBCONVERT_DISABLE_CONFIG_EXPORTERS", "1")
        if config_file_path:
            with suppress(ProblemError):  # which `on_config` will say
                self._start_runs(Project(Path(config_file_path).parent))
        return super().load_config(options, config_file_path)

    def on_startup(self, *, command: str, dirty: bool) -> None:
        atexit.register(gc.freeze)  # else Python looks for garbage as it ends, for half a second
        self._serving = command == "serve"
        self._labs: Labs | None = None
        self._rendering = Rendering()
        self._claims = Claims()
        self._deferred = Deferred()
        self._search_entries = Entries()
        self._takeaways = takeaway.Takeaways()

    def on_shutdown(self) -> None:
        if self._runner:
            self._runner.close()
            self._runner = None
        if self._labs:
            self._labs.close()

    @event_priority(100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        project = self._project = Project(Path(config.config_file_path).parent)
        i18n = config.plugins["i18n"]
        locale = self._locale(config)
        try:
            if not i18n.building:
                self._survey = self._begin(project)
                self._start_labs(project, config)
                self._characters: set[str] = set()
                self._titles: dict[str, str] = {}
                self._unfilled: list[Unfilled] = []
            words = load_words(project, locale)
            self._entries = load_glossary(project)
            every = {one.locale: load_words(project, one.locale) for one in project.languages}
            for language in i18n.config.languages:
                own = every[language.locale]
                language.nav_translations = own["nav"]
                language.site_description = own["site_description"]
        except ProblemError as error:
            raise _fatal(*error.problems) from None
        jupyter = config.plugins["mkdocs-jupyter"]
        claims = partial(type(jupyter).should_include, jupyter)
        jupyter.should_include = self._claims.remembering(claims)
        config.theme.get_env = partial(environment_of, config.theme)
        config.mdx_configs[EMBED] = {
            "root": str(project.root),
            "runner": self._runner,
            "words": words,
            "later": self._deferred.mark,
        }
        config.mdx_configs[TERMS] = {
            "entries": self._entries,
            "locale": locale,
            "names": {language.locale: language.name for language in project.languages},
            "words": words,
        }
        config.mdx_configs[LESSONS] = {
            "lessons": load_lessons(project, locale),
            "labs": load_lessons(project, locale, LABS),
            "words": words,
        }
        config.mdx_configs[VERIFIED] = {"figures": figures(self._survey, project), "words": words}
        config.mdx_configs[MATHS] = {"report": _warn}
        config.watch += [str(project.root / folder) for folder in ("snippets", "words")]
        config.mdx_configs["toc"] = {
            **config.mdx_configs.get("toc", {}),
            "permalink_title": words["permalink"],
        }
        config.extra["words"] = words
        config.extra["all_words"] = every
        return config

    @event_priority(100)
    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, **_) -> None:
        """Tell the extensions which file they read, and where in it the text begins."""
        source = page.file.content_string
        where = {
            "page": self._project.relative(Path(page.file.abs_src_path)),
            "first_line": source.count("\n") - markdown.count("\n") + 1,
        }
        for extension in (EMBED, MATHS):
            config.mdx_configs[extension].update(where)
        config.mdx_configs[TERMS]["link"] = self._glossary_link(page)
        config.mdx_configs[LESSONS]["slug"] = _slug(page)
        session = self._session(page)
        config.mdx_configs[EMBED] |= {
            "session": session or "",
            "report": _warn if session else _said_by_the_survey,
        }

    @event_priority(-100)
    def on_pre_page(self, page: Page, **_) -> Page:
        """Render a lab as any page, once mkdocs-jupyter has claimed it: with our extensions."""
        vars(page).pop("render", None)
        if self._serving:
            page.render = partial(self._rendering.render, self._project, page)
        return page

    def _session(self, page: Page) -> Awaited | None:
        if not is_lab(page.file.content_string):
            return None
        return self._labs.awaited(Path(page.file.abs_src_path), _slug(page))

    def _glossary_link(self, page: Page) -> str:
        """Return the way from a page's source to the glossary's, for MkDocs to check."""
        slug = _slug(page)
        there = self._project.page(page.file.locale, GLOSSARY_PAGE).is_file()
        if not there or slug == GLOSSARY_PAGE:
            return ""
        return posixpath.relpath(f"{GLOSSARY_PAGE}.md", posixpath.dirname(slug) or ".")

    def on_page_content(self, html: str, **_) -> str:
        """Collect the glyphs of formulas."""
        self._characters |= characters(html)
        return html

    def on_page_context(self, context: dict, *, page: Page, config: MkDocsConfig, **_) -> None:
        """Give the page's other languages, each with its absolute address."""
        if title := page.meta.get("title"):
            self._titles[page.url] = title
        files = getattr(page.file, "alternates", {})
        links = {locale: urljoin(config.site_url, file.url) for locale, file in files.items()}
        original = links.get(self._project.default)
        if original:
            links["x-default"] = original
        locale, slug = page.file.locale, _slug(page)
        if locale != self._project.default:
            state = page_status(self._project, locale, slug).state
            context["behind"] = state is State.BEHIND
            context["original"] = original
        if _is_taken_away(slug):
            context["takeaway"] = takeaway.names(page, self._home(config), config)
        context["alternates"] = [{"lang": lang, "url": url} for lang, url in links.items()]

    def on_env(self, env: Environment, *, config: MkDocsConfig, **_) -> Environment:
        """Keep compiled templates and what is searched: each build asks for them anew."""
        index = config.plugins["material/search"].search_index
        locale = self._locale(config)
        index.add_entry_from_context = self._search_entries.remembering(index, locale)
        folder = self._project.cache / TEMPLATES
        folder.mkdir(parents=True, exist_ok=True)
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))
        return env

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Have the page search its own language, and write what can be taken away of it."""
        home, slug, session = self._home(config), _slug(page), self._session(page)
        take_away = None
        if _is_taken_away(slug):
            make = takeaway.notebook_of(page, home, self._snippet, session, config)
            take_away = partial(self._takeaways.write, make, page, self._rendering.of(page))
        path = Path(page.file.abs_dest_path)
        self._unfilled.append(Unfilled(slug, path, session is not None, take_away))
        return self._ruled(with_base(output, get_relative_url(home or ".", page.url), home))

    def on_post_template(self, output: str, *, template_name: str, **_) -> str:
        return self._ruled(output) if template_name.endswith(".html") else output

    def _ruled(self, html: str) -> str:
        """Give a page its policy, unless live reload is to put a script into it."""
        return valid(html) if self._serving else with_policy(valid(html))

    def _fill_and_report(self) -> None:
        """Fill pages while others' samples run; then say what is wrong, also where one failed."""
        try:
            self._deferred.fill(self._unfilled)
        finally:
            self._report()

    def _report(self) -> None:
        """Say what is wrong with the runs, once for all languages."""
        for sample in self._survey.samples:
            for problem in judge(sample, self._run(sample)):
                log.warning(str(problem))
        for drawing, sample in self._survey.drawings:
            for problem in drawing.faults(self._runner.result(sample.code, drawing.probe)):
                log.warning(str(problem))

    def _snippet(self, name: str) -> tuple[str, Shown]:
        sample = sample_of(self._project.read_snippet(name))
        return sample.code, Shown(self._runner.result(sample.code).stdout)

    def _run(self, sample: Sample) -> Run:
        """Return what a sample printed; a lab did in its session."""
        if not sample.is_lab:
            return self._runner.result(sample.code)
        return Run(self._labs.session(self._project.root / sample.path, sample.path).stdout)

    @event_priority(-200)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """After all languages: write what only the whole site can tell."""
        if not config.plugins["i18n"].building:
            font = Path(config.site_dir) / MATHS_FONT
            font.parent.mkdir(parents=True, exist_ok=True)
            font.write_bytes(subset(frozenset(self._characters)))
            try:
                self._fill_and_report()
            except ProblemError as error:
                raise _fatal(*error.problems) from None
            locales = config.plugins["i18n"].build_languages
            self._runner.keep()
            for folder in (RUNS, LABS_RAN, TEMPLATES):
                forget(self._project.cache / folder)
            root, filled = self._root_locale(config), self._deferred.filled_text
            write_indexes(Path(config.site_dir), self._titles, locales, root, filled)

    def _home(self, config: MkDocsConfig) -> str:
        """Return the root of the language being built, within the site."""
        locale = config.plugins["i18n"].current_language
        return "" if locale == self._root_locale(config) else f"{locale}/"

    def _locale(self, config: MkDocsConfig) -> str:
        """Return the language being built."""
        return config.plugins["i18n"].current_language or self._root_locale(config)

    def _root_locale(self, config: MkDocsConfig) -> str:
        """Return the language at the site's root: the default one, or the only one built."""
        return config.plugins["i18n"].config.build_only_locale or self._project.default

    def _start_labs(self, project: Project, config: MkDocsConfig) -> None:
        """Have the labs run while the site is built."""
        if self._labs is None:
            chosen = config.plugins["mkdocs-jupyter"].config
            settings = Settings(chosen["kernel_name"], chosen["allow_errors"])
            self._labs = Labs(project.root, project.cache / LABS_RAN, settings)
        for sample in self._survey.labs:
            self._labs.start(project.root / sample.path)

    def on_serve(self, server: "LiveReloadServer", **_) -> "LiveReloadServer":
        server.watch(str(self._project.root / "overrides"))
        return server

    def _begin(self, project: Project) -> Survey:
        found = checked(self._start_runs(project), project)
        for problem in found.problems:
            log.warning(str(problem))
        return found

    def _start_runs(self, project: Project) -> Survey:
        """Have run what has not run yet. Raises ProblemError where no build can go on."""
        if wrong := wrong_torch(project.root):
            raise ProblemError(*wrong)
        found = gather(project)
        if found.unreadable:
            raise ProblemError(*found.unreadable)
        if self._runner is None:
            self._runner = Runner(memory=Memory(project.cache / RUNS))
        self._runner.submit_all(found.requests(labs=False))
        return found


def _slug(page: Page) -> str:
    return Path(page.file.norm_src_uri).with_suffix("").as_posix()


def _is_taken_away(slug: str) -> bool:
    return slug.startswith((FOLDER, LABS))


def _warn(problem: Problem) -> None:
    log.warning(str(problem))


def _said_by_the_survey(problem: Problem) -> None:
    pass


def _fatal(*problems: Problem) -> PluginError:
    for problem in problems:
        log.error(str(problem))
    return PluginError(FATAL)

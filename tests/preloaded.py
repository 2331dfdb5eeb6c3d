"""What commands of tests need most: imported once, by the process they are forked from."""

import contextlib
import io

import fontTools.subset
import jieba
import material.plugins.search.plugin
import mkdocs.__main__
import mkdocs.commands.build
import mkdocs_jupyter.plugin
import mkdocs_static_i18n.plugin
import numpy.random
import pymdownx.arithmatex
import pymdownx.highlight
import pymdownx.superfences
import torch

import nabla.cli
import nabla.explorers.graph.layout
import nabla.explorers.shared.relief
import nabla.site.offline
import nabla.site.plugin

with contextlib.redirect_stderr(io.StringIO()):
    jieba.setLogLevel("ERROR")
    jieba.initialize()

__all__ = [
    "fontTools",
    "jieba",
    "material",
    "mkdocs",
    "mkdocs_jupyter",
    "mkdocs_static_i18n",
    "nabla",
    "numpy",
    "pymdownx",
    "torch",
]

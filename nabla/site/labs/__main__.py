"""`python -m nabla.site.labs PATH KERNEL ALLOW_ERRORS`: run a lab, and print what it showed.

Prints JSON: {"outputs": [the Jupyter outputs of each cell]}, or {"error": [the number of
the cell, the line in it, the message]}. A process of its own has a Jupyter configuration
of its own, and leaves the build's memory alone.
"""

import importlib
import json
import os
import re
import sys
import tempfile
from html import unescape
from pathlib import Path

from mkdocs_jupyter import convert
from mkdocs_jupyter.config import settings
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
CONFIG = """
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
"""
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
PLACE = re.compile(r"Cell In\[(\d+)\], line (\d+)")


def main(path: str, kernel: str, allow_errors: bool) -> None:
    settings.templates_dir = str(HERE / "templates")
    with tempfile.TemporaryDirectory(prefix="nabla-") as folder:
        profile = Path(folder) / "profile_default"
        profile.mkdir()
        (profile / "ipython_kernel_config.py").write_text(CONFIG, encoding="utf-8")
        os.environ["IPYTHONDIR"] = folder
        os.environ["MATPLOTLIBRC"] = str(HERE / "matplotlibrc")
        os.environ["PYTHONHASHSEED"] = "1"
        importlib.import_module("matplotlib.font_manager")  # writes its cache, and says so
        try:
            html = convert.nb2html(
                path, execute=True, kernel_name=kernel, allow_errors=allow_errors
            )
            text = html.strip().removeprefix("<pre>").removesuffix("</pre>")
            said = {"outputs": json.loads(unescape(text))}
        except CellExecutionError as error:
            places = PLACE.findall(ESCAPE.sub("", error.traceback)) or [("1", "1")]
            said = {"error": [*map(int, places[0]), f"{error.ename}: {error.evalue}"]}
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] == "True")

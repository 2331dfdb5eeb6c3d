"""A backend of matplotlib: what is shown is kept as SVG, in the order of showing.

Named by MPLBACKEND as ``module://nabla.run.svg_backend``; see "Writing a backend" at
https://matplotlib.org/stable/users/explain/figure/writing_a_backend_pyplot_interface.html
"""

import io

from matplotlib import pyplot
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

_shown: list[str] = []


class FigureManager(FigureManagerBase):
    """Keeps all open figures when the code calls `pyplot.show()`, and closes them."""

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        for number in pyplot.get_fignums():
            _shown.append(_to_svg(pyplot.figure(number)))
        pyplot.close("all")


class FigureCanvas(FigureCanvasAgg):
    """The canvas of all figures."""

    manager_class = FigureManager  # type: ignore[assignment]


def take() -> tuple[str, ...]:
    """Return what was shown since the last call, figures that are still open included."""
    FigureManager.pyplot_show()
    svgs = tuple(_shown)
    _shown.clear()
    return svgs


def _to_svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    return buffer.getvalue()

"""What a build checks, in figures, for the page that tells of it."""

import platform
from collections.abc import Mapping

from nabla.run.torch_version import pinned_torch
from nabla.site.check import Survey
from nabla.site.project import Project


def figures(survey: Survey, project: Project) -> Mapping[str, object]:
    """Return what `survey` found to run, by the names that words/<locale>.yml explains."""
    results = {sample.code: sample.stated for sample in survey.samples}
    return {
        "torch": pinned_torch(project.root)[1],
        "python": platform.python_version(),
        "samples": len(results),
        "lines": sum(len(stated.text.splitlines()) for stated in results.values() if stated),
        "drawings": len({(sample.code, drawing.probe) for drawing, sample in survey.drawings}),
        "pages": len(project.pages(project.default)),
    }

"""The measurements as a Markdown table and a chart."""

from collections.abc import Mapping
from pathlib import Path
from statistics import median

TITLES = {
    "this site": "this site",
    "markdown-exec": "markdown-exec (in the build's own process, nothing compared)",
    "mkdocs-jupyter": "mkdocs-jupyter",
    "myst-nb, auto": "MyST-NB (as it comes)",
    "myst-nb, cache": "MyST-NB with its cache (notebooks with the same code run once)",
}


def write_report(found: Mapping, folder: Path) -> None:
    """Write results.md and chart.svg into `folder`."""
    (folder / "results.md").write_text(table(found), encoding="utf-8")
    chart(found, folder / "chart.svg")


def table(found: Mapping) -> str:
    builds, weight = found["builds"], found["weight"]
    ours = builds["this site"]
    cold = ours["cold"]["seconds"]
    floor = ours["warm"]["seconds"]
    whole = builds["this site, whole"]
    lines = [
        "# How long it takes",
        "",
        f"Ten lessons in four languages, on {found['machine']}. One run; ratios are to this site's "
        "cold build of the same lessons. *Cold*: nothing kept from an earlier build. *Warm*: the "
        f"same again, nothing changed. For this site, both are medians of {found['turns']}, taken "
        "in turns. Memory is the peak of all processes, shared pages counted once.",
        "",
        "| | cold, s | ratio | warm, s | memory, MB | first view, kB | requests | to other hosts |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, title in TITLES.items():
        if name in builds:
            build, seen = builds[name], weight[name]
            lines.append(
                f"| {title} | {build['cold']['seconds']:.1f} "
                f"| {build['cold']['seconds'] / cold:.2f} | {build['warm']['seconds']:.1f} "
                f"| {build['cold']['megabytes']:.0f} | {seen['kilobytes']:.0f} "
                f"| {seen['requests']} | {seen['foreign']} |"
            )
    importing = found["torch"]["seconds"]
    lines += [
        "",
        f"- Importing torch alone takes {importing:.1f} s. The warm build is the same site with "
        f"nothing to run: {floor:.1f} s. The cold one takes {cold / floor:.2f} times as long, and "
        f"{cold / (floor + importing):.2f} times the sum of both.",
        f"- The whole site, reference, labs and all: {whole['cold']['seconds']:.1f} s cold, "
        f"{whole['warm']['seconds']:.1f} s warm.",
        f"- Under `serve`, in one language, the whole site is built again "
        f"{median(found['rebuilds']):.2f} s after a page was saved (median of "
        f"{len(found['rebuilds'])}).",
        "",
        "## Languages",
        "",
        "| languages | cold, s | warm, s | the last one adds, of the first (cold) |",
        "|---:|---:|---:|---:|",
        *_languages(found["languages"]),
        "",
        "## Growth",
        "",
        "The lessons copied so many times over, warm.",
        "",
        "| pages | s | ms for each page |",
        "|---:|---:|---:|",
        *(
            f"| {int(times) * 40} | {one['seconds']:.1f} "
            f"| {1000 * one['seconds'] / (int(times) * 40):.0f} |"
            for times, one in found["growth"].items()
        ),
        "",
        "![Bars: seconds of a cold build](chart.svg)",
        "",
    ]
    return "\n".join(lines)


def _languages(found: Mapping) -> list[str]:
    rows, before = [], 0.0
    first = next(iter(found.values()))["cold"]["seconds"]
    for count, one in found.items():
        cold = one["cold"]["seconds"]
        added = f"{(cold - before) / first:.0%}" if before else ""
        rows.append(f"| {count} | {cold:.1f} | {one['warm']['seconds']:.1f} | {added} |")
        before = cold
    return rows


def chart(found: Mapping, file: Path) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    names = [name for name in TITLES if name in found["builds"]]
    seconds = [found["builds"][name]["cold"]["seconds"] for name in names]
    with mpl.rc_context({"svg.hashsalt": "nabla", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7, 0.6 * len(names) + 0.8))
        axes = figure.add_subplot()
        bars = axes.barh(names, seconds, color=["#0f5c6e"] + ["#a8b2b8"] * (len(names) - 1))
        axes.bar_label(bars, fmt="%.0f s", padding=4)
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_xlabel("s")
        figure.savefig(file, bbox_inches="tight", metadata={"Date": None})

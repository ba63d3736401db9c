#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what the shipped dashboards show, from the answers of a real Prometheus. It is a drawing of its own, not
Grafana's: the same panels, places, units, thresholds, names and values, in plain HTML with SVG.

    REEVE_DASHBOARD_SECONDS=240 REEVE_DASHBOARD_DATA=/tmp/data.json build/linux/tests/dashboards_test --gtest_filter='*every_panel*'
    tests/dashboards/render.py /tmp/data.json docs/dashboards      # one PNG each, by headless Chromium

With --html the pages are left there too. The checkout's path is drawn as /opt/reeve, and series with a label that
--leave-out matches are not drawn: what else runs on the machine need not be in a picture.
"""
import argparse
import html
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

COLUMN, LINE, GAP, HEADER = 52, 34, 6, 46
WIDTH = 24 * COLUMN + GAP
PALETTE = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300"]
COLORS = {"green": "#56a64b", "yellow": "#e0b400", "red": "#e02f44"}
STYLE = """
body{margin:0;background:#111217;color:#d0d1d8;font:12px 'DejaVu Sans',sans-serif;position:relative}
h1{position:absolute;left:8px;top:6px;margin:0;font-size:16px} h1 small{font-size:11px;font-weight:normal;color:#9fa3ad;margin-left:10px}
.row,.panel{position:absolute;box-sizing:border-box;overflow:hidden}
.row{font-weight:bold;line-height:30px;padding-left:4px}
.panel{background:#181b1f;border:1px solid #2a2d33;padding:4px 8px}
.title{font-weight:bold;white-space:nowrap;height:18px}
.value{font-size:28px;text-align:center;margin-top:8px}
table{border-collapse:collapse;width:100%;font-size:11px} td,th{text-align:left;padding:1px 6px;white-space:nowrap;border-bottom:1px solid #2a2d33;max-width:300px;overflow:hidden;text-overflow:ellipsis}
th{color:#8ab8ff;font-weight:normal} td.n,th.n{text-align:right}
.key{display:inline-block;width:12px;height:3px;vertical-align:middle;margin-right:5px} .more{color:#9fa3ad;font-size:11px}
"""


def scaled(value, base, names, digits=3):
    step = 0
    while abs(value) >= base and step + 1 < len(names):
        value /= base
        step += 1
    text = f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:.0f}"
    return (text + " " + names[step]).strip()


def duration(value):
    if not abs(value) < float("inf"):
        return "∞"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "min")):
        if abs(value) >= size:
            return f"{value / size:.3g} {name}"
    for size, name in ((1, "s"), (1e-3, "ms")):
        if abs(value) >= size:
            return f"{value / size:.3g} {name}"
    return f"{value * 1e6:.3g} µs" if value else "0 s"


def shown(value, defaults):
    """The value as text in the panel's unit."""
    for mapping in defaults.get("mappings", []):
        known = mapping["options"].get(f"{value:g}")
        if known:
            return known["text"]
    if math.isnan(value):
        return "NaN"
    unit = defaults["unit"]
    if unit in ("short", "none"):
        return scaled(value, 1000, ["", "K", "Mil", "Bil"])
    if unit in ("bytes", "Bps"):
        return scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]) + ("/s" if unit == "Bps" else "")
    if unit in ("cps", "reqps"):
        return scaled(value, 1000, ["", "K", "Mil"]) + {"cps": " c/s", "reqps": " req/s"}[unit]
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "s":
        return duration(value)
    sys.exit(f"render.py knows no unit {unit}")


def threshold_color(value, defaults):
    color = "green"
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return COLORS[color]


def named(series, target):
    labels = series["metric"]
    legend = target.get("legendFormat")
    if legend:
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda m: labels.get(m[1], ""), legend).strip()
    return ", ".join(f"{k}={v}" for k, v in labels.items() if k != "__name__") or "value"


def points(series):
    return [(float(t), float(v)) for t, v in series.get("values", [series.get("value")]) if v != "NaN"]


def last(series):
    found = points(series)
    return found[-1][1] if found else math.nan


def path(line, x, y, gap=math.inf):
    """Broken where a point is further than `gap` seconds behind the one before."""
    return " ".join(f"{'M' if i == 0 or t - line[i - 1][0] > gap else 'L'}{x(t):.1f} {y(v):.1f}" for i, (t, v) in enumerate(line))


def nice(top):
    """A round number not below it, for the axis."""
    if not top > 0:
        return 1.0
    power = 10 ** math.floor(math.log10(top))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= top * 0.999)


def draw_timeseries(panel, lines, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    custom = defaults["custom"]
    rows = max(1, min(len(lines), 5 if height > 260 else 3))
    plot_height = height - rows * 17 - 40
    left, right = 62, width - 6
    times = [t for _, line in lines for t, _ in line]
    begin, end = min(times), max(times)
    stacked = custom["stacking"]["mode"] == "normal"
    drawn, below = [], {}
    for name, line in lines:
        if stacked:
            base = [(t, below.get(t, 0)) for t, _ in line]
            line = [(t, v + below.get(t, 0)) for t, v in line]
            below.update(line)
        else:
            base = None
        drawn.append((name, line, base))
    values = [v for _, line, _ in drawn for _, v in line if math.isfinite(v)] or [0]
    limits = [s["value"] for s in defaults["thresholds"]["steps"] if s["value"] is not None]
    top = defaults.get("max") or nice(max(values))
    bottom = min(0, min(values))
    x = lambda t: left + (right - left) * (t - begin) / max(1, end - begin)
    y = lambda v: 4 + (plot_height - 20) * (1 - (min(v, top) - bottom) / ((top - bottom) or 1))
    svg = [f'<svg width="{width}" height="{plot_height}">']
    for i in range(5):
        v = bottom + (top - bottom) * i / 4
        svg.append(f'<line x1="{left}" x2="{right}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#2a2d33"/>'
                   f'<text x="{left - 5}" y="{y(v) + 4:.1f}" text-anchor="end" font-size="10" fill="#9fa3ad">{shown(v, defaults)}</text>')
    for i in range(4):
        t = begin + (end - begin) * i / 3
        anchor = ("start", "middle", "middle", "end")[i]
        svg.append(f'<text x="{x(t):.0f}" y="{plot_height - 3}" text-anchor="{anchor}" font-size="10" fill="#9fa3ad">{t - end:+.0f} s</text>')
    for i, (name, line, base) in enumerate(drawn):
        color = PALETTE[i % len(PALETTE)]
        line = [(t, v) for t, v in line if math.isfinite(v)]
        if custom["lineInterpolation"] == "stepAfter":
            line = [p for i, (t, v) in enumerate(line) for p in ([(t, line[i - 1][1])] if i else []) + [(t, v)]]
        if stacked and line:
            svg.append(f'<path d="{path(line + base[::-1], x, y)}Z" fill="{color}" fill-opacity="{custom["fillOpacity"] / 100}"/>')
        svg.append(f'<path d="{path(line, x, y, (end - begin) / 40)}" fill="none" stroke="{color}" stroke-width="1.3"/>')
    if custom["thresholdsStyle"]["mode"] == "line":
        for limit in limits:
            if bottom <= limit <= top:
                svg.append(f'<line x1="{left}" x2="{right}" y1="{y(limit):.1f}" y2="{y(limit):.1f}" stroke="{threshold_color(limit, defaults)}" stroke-dasharray="6 4"/>')
    svg.append("</svg><table>")
    order = sorted(range(len(lines)), key=lambda i: -(lines[i][1][-1][1] if lines[i][1] else 0))
    for i in order[:rows if len(lines) <= rows else rows - 1]:
        name, line = lines[i]
        svg.append(f'<tr><td style="max-width:{width - 190}px"><span class="key" style="background:{PALETTE[i % len(PALETTE)]}"></span>{html.escape(name)}</td>'
                   f'<td class="n">last {shown(line[-1][1], defaults)}</td><td class="n">max {shown(max(v for _, v in line), defaults)}</td></tr>')
    svg.append("</table>")
    if len(lines) > rows:
        svg.append(f'<div class="more">and {len(lines) - rows + 1} more</div>')
    return "".join(svg)


def draw_stat(panel, series, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    value = last(series[0])
    color = threshold_color(value, defaults)
    line = points(series[0])
    out = f'<div class="value" style="color:{color}">{shown(value, defaults)}</div>'
    if len(line) > 1:
        high, low = max(v for _, v in line), min(v for _, v in line)
        x = lambda t: width * (t - line[0][0]) / (line[-1][0] - line[0][0])
        y = lambda v: 34 - 30 * (v - low) / ((high - low) or 1)
        out += (f'<svg width="{width}" height="36" style="position:absolute;left:0;bottom:0"><path d="{path(line, x, y)} L{width} 36 L0 36Z" '
                f'fill="{color}" fill-opacity="0.15"/><path d="{path(line, x, y)}" fill="none" stroke="{color}"/></svg>')
    return out


def draw_gauge(panel, series, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    value = last(series[0])
    share = max(0.0, min(1.0, (value - defaults["min"]) / (defaults["max"] - defaults["min"])))
    radius, cx, cy = 52, width / 2, 74

    def arc(share, color):
        angle = math.pi * (1 - share)
        return (f'<path d="M{cx - radius} {cy} A{radius} {radius} 0 0 1 {cx + radius * math.cos(angle):.1f} {cy - radius * math.sin(angle):.1f}" '
                f'stroke="{color}" stroke-width="14" fill="none"/>')
    color = threshold_color(value, defaults)
    return (f'<svg width="{width}" height="{height}">{arc(1, "#2a2d33")}{arc(share, color) if share > 0.005 else ""}'
            f'<text x="{cx}" y="{cy}" text-anchor="middle" font-size="17" fill="{color}">{shown(value, defaults)}</text></svg>')


def draw_table(panel, series, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    options = panel["transformations"][0]["options"]
    hidden = {name for name, yes in options["excludeByName"].items() if yes}
    names = sorted({k for s in series for k in s["metric"]} | {"Value"}, key=lambda n: options["indexByName"].get(n, 99))
    names = [n for n in names if n not in hidden]
    colored = {o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"]}
    title = lambda n: options["renameByName"].get(n, n)
    sort = panel["options"]["sortBy"][0]
    key = next((n for n in names if title(n) == sort["displayName"]), names[0])
    series = sorted(series, key=lambda s: last(s) if key == "Value" else s["metric"].get(key, ""), reverse=sort["desc"])
    out = ["<table><tr>" + "".join(f'<th class="{"n" if n == "Value" else ""}">{html.escape(title(n))}</th>' for n in names) + "</tr>"]
    room = (height - 46) // 17
    for s in series[:room]:
        cells = []
        for n in names:
            if n != "Value":
                cells.append(f'<td>{html.escape(s["metric"].get(n, ""))}</td>')
                continue
            style = f' style="color:{threshold_color(last(s), defaults)}"' if title(n) in colored else ""
            cells.append(f'<td class="n"{style}>{shown(last(s), defaults)}</td>')
        out.append("<tr>" + "".join(cells) + "</tr>")
    out.append("</table>")
    if len(series) > room:
        out.append(f'<div class="more">and {len(series) - room} more</div>')
    return "".join(out)


def draw_timeline(panel, named_series, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    left, out = 220, []
    row = min(34, (height - 40) / len(named_series))
    times = [t for _, line in named_series for t, _ in line]
    begin, end = min(times), max(times)
    for i, (name, line) in enumerate(named_series):
        y = 4 + i * row
        out.append(f'<text x="0" y="{y + row / 2 + 3:.0f}" font-size="11" fill="#d0d1d8">{html.escape(name)}</text>')
        for j, (t, v) in enumerate(line):
            until = line[j + 1][0] if j + 1 < len(line) else end
            x, w = left + (width - left) * (t - begin) / max(1, end - begin), (width - left) * (until - t) / max(1, end - begin)
            out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{w + 0.5:.1f}" height="{row - 5:.1f}" fill="{threshold_color(v, defaults)}" fill-opacity="0.7"/>')
        out.append(f'<text x="{left + 6}" y="{y + row / 2 + 3:.0f}" font-size="11" fill="#fff">{shown(line[-1][1], defaults)}</text>')
    return f'<svg width="{width}" height="{height - 30}">{"".join(out)}</svg>'


def draw(panel, answers, width, height):
    series = [s for answer in answers for s in answer]
    if not series:
        return '<div class="value more">No data</div>'
    kind = panel["type"]
    if kind in ("timeseries", "state-timeline"):
        lines = [(named(s, target), points(s)) for target, answer in zip(panel["targets"], answers) for s in answer]
        lines = [(name, line) for name, line in lines if line]
        if not lines:
            return '<div class="value more">No data</div>'
        return (draw_timeseries if kind == "timeseries" else draw_timeline)(panel, lines, width, height)
    return {"stat": draw_stat, "gauge": draw_gauge, "table": draw_table}[kind](panel, series, width, height)


def page(board, answers):
    out = [f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style><h1>{html.escape(board['title'])}"
           "<small>drawn by the project's tests/dashboards/render.py from a test's Prometheus; this is not Grafana</small></h1>"]
    bottom = 0
    for panel in board["panels"]:
        at = panel["gridPos"]
        x, y, w, h = at["x"] * COLUMN + GAP, at["y"] * LINE + HEADER, at["w"] * COLUMN - GAP, at["h"] * LINE - GAP
        bottom = max(bottom, y + h + GAP)
        place = f'style="left:{x}px;top:{y}px;width:{w}px;height:{h}px"'
        if panel["type"] == "row":
            out.append(f'<div class="row" {place}>{html.escape(panel["title"])}</div>')
        else:
            out.append(f'<div class="panel" {place}><div class="title">{html.escape(panel["title"])}</div>'
                       f'{draw(panel, answers[str(panel["id"])], w - 18, h)}</div>')
    return "".join(out), bottom


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--html", action="store_true")
    parser.add_argument("--leave-out", metavar="REGEX", help="for the values of the labels group and name")
    parser.add_argument("--chromium", default="chromium")
    arguments = parser.parse_args()
    root = str(pathlib.Path(__file__).resolve().parents[2])
    data = json.loads(arguments.data.read_text().replace(json.dumps(root)[1:-1], "/opt/reeve").replace(root.replace("/", "\\/"), "/opt/reeve"))
    if arguments.leave_out:
        hidden = re.compile(arguments.leave_out)
        kept = lambda s: not any(hidden.fullmatch(s["metric"].get(label, "")) for label in ("group", "name"))
        data = {board: {panel: [[s for s in answer if kept(s)] for answer in answers] for panel, answers in panels.items()}
                for board, panels in data.items()}
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for file in sorted((pathlib.Path(__file__).resolve().parents[2] / "dashboards").glob("*.json")):
        text, height = page(json.loads(file.read_text()), data[file.stem])
        picture = arguments.folder.resolve() / (file.stem + ".png")
        with tempfile.TemporaryDirectory() as folder:
            source = (picture.with_suffix(".html") if arguments.html else pathlib.Path(folder) / "page.html")
            source.write_text(text)
            subprocess.run([arguments.chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                            f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{height}", f"--screenshot={picture}",
                            source.as_uri()], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        print(f"{picture.name}: {WIDTH} x {height}, {picture.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()

// A chart of lines over time, as SVG. Each series has a colour, a dash and a marker of its own, so that it can be told from
// the others without colour; values are read by pointing, or by the arrow keys when the chart has the focus. The same
// figures stand in a table for who reads by ear.

import { h, newID, replace, s } from "../core/dom.js";
import { t } from "../core/words.js";

const HEIGHT = 200;
const MARGIN = { left: 52, right: 8, top: 8, bottom: 22 };
const TICKS = 4;
const DASHES = ["", "7 3", "2 3", "9 3 2 3", "4 4", "12 4", "1 4", "6 2 2 2"];
const MARKERS = [
  "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0", "M-3-3h6v6h-6z", "M0-4l4 7h-8z", "M0-4l4 4-4 4-4-4z", "M0 4l4-7h-8z",
  "M-3-3l6 6M3-3l-6 6", "M0-4v8M-4 0h8", "M-4-1.500h8v3h-8z",
];

/** The numbers at the side: round, from zero, a few of them; of what is counted, whole ones. */
function scale(most, isCounted) {
  const rough = isCounted ? Math.max(1, most / TICKS) : most / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power)
    .find((size) => size >= rough && (!isCounted || Number.isInteger(size)));
  return { top: Math.ceil(most / step) * step, step };
}

const swatch = (index) => s("svg", { viewBox: "0 0 28 12", "aria-hidden": "true" },
  s("path", { d: "M0 6h28", stroke: `var(--series-${index + 1})`, "stroke-width": 2, "stroke-dasharray": DASHES[index] }),
  s("path", { d: MARKERS[index], transform: "translate(14 6)", fill: `var(--series-${index + 1})`,
    stroke: `var(--series-${index + 1})` }));

/**
 * `times` are the beginnings of the steps, `words(time)` names one; `series` are `{ name, values }` with null for a gap, at
 * most eight; `format` writes a value; with `isCounted` there are no parts of one. Where nothing was, words say so.
 */
export function lineChart({ title, times, series, words, format, isCounted = false }) {
  const most = series.reduce((all, entry) => entry.values.reduce((sum, value) => Math.max(sum, value ?? 0), all), 0);
  if (most === 0) {
    return h("figure", { class: "chart" }, h("h3", {}, title), h("p", { class: "blank" }, t("chart.nothing")));
  }
  const { top, step } = scale(most, isCounted);
  // As wide as it is shown, so that its texts keep their size.
  let width = 640;
  const x = (index) => MARGIN.left + (times.length < 2 ? 0.5 : index / (times.length - 1)) * (width - MARGIN.left - MARGIN.right);
  const y = (value) => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const id = newID("chart");
  const cursor = s("line", { class: "cursor", y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom, visibility: "hidden" });
  const tip = h("div", { class: "chart-tip", hidden: true });
  const spoken = h("p", { class: "hidden-text", role: "status" });
  let at = null;

  const svg = s("svg", {
    tabindex: 0, role: "img", "aria-labelledby": id,
    "aria-describedby": `${id}-how`,
    onpointermove: (event) => point(nearest(event)), onpointerleave: () => point(null), onblur: () => point(null),
    onfocus: () => point(at ?? times.length - 1),
    onkeydown: (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
      if (!move) return;
      event.preventDefault();
      point(Math.max(0, Math.min(times.length - 1, (at ?? times.length - 1) + move)));
      spoken.textContent = at === null ? "" : `${words(times[at])}: ${series.map((entry) =>
        `${entry.name} ${entry.values[at] === null ? "–" : format(entry.values[at])}`).join(", ")}`;
    },
  });
  new ResizeObserver(([{ contentRect }]) => draw(contentRect.width)).observe(svg);

  function draw(wanted) {
    if (wanted === 0 || (wanted === width && svg.childElementCount > 0)) return;
    width = wanted;
    svg.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    replace(svg, axis(), series.map(line), cursor);
  }

  function nearest(event) {
    const box = svg.getBoundingClientRect();
    const place = event.clientX - box.left - MARGIN.left;
    return Math.max(0, Math.min(times.length - 1, Math.round((place / (width - MARGIN.left - MARGIN.right)) * (times.length - 1))));
  }

  function point(index) {
    at = index;
    tip.hidden = index === null;
    cursor.setAttribute("visibility", index === null ? "hidden" : "visible");
    if (index === null) return;
    cursor.setAttribute("x1", x(index));
    cursor.setAttribute("x2", x(index));
    replace(tip, h("strong", {}, words(times[index])), h("dl", {}, series.map((entry) =>
      [h("dt", {}, entry.name), h("dd", {}, entry.values[index] === null ? "–" : format(entry.values[index]))])));
    const share = x(index) / width;
    tip.style.setProperty("left", share < 0.5 ? `${share * 100}%` : "auto");
    tip.style.setProperty("right", share < 0.5 ? "auto" : `${(1 - share) * 100}%`);
  }

  function axis() {
    const lines = [];
    for (let value = 0; value <= top * 1.001; value += step) {
      lines.push(s("line", { class: "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(value), y2: y(value) }),
        s("text", { x: MARGIN.left - 8, y: y(value) + 4, "text-anchor": "end" }, format(value)));
    }
    const every = Math.max(1, Math.ceil(times.length / Math.max(2, Math.floor(width / 100))));
    for (let index = 0; index < times.length; index += every) {
      lines.push(s("text", { x: x(index), y: HEIGHT - 4, "text-anchor": index === 0 ? "start" : "middle" }, words(times[index], true)));
    }
    return lines;
  }

  function line(entry, index) {
    const colour = `var(--series-${index + 1})`;
    let path = "";
    const marks = [];
    const every = Math.max(1, Math.ceil(times.length / 12));
    entry.values.forEach((value, place) => {
      if (value === null) return;
      path += `${place === 0 || entry.values[place - 1] === null ? "M" : "L"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
      const isAlone = entry.values[place - 1] == null && entry.values[place + 1] == null;
      if (isAlone || (value > 0 && (place + index) % every === 0)) {
        marks.push(s("path", { d: MARKERS[index], transform: `translate(${x(place).toFixed(1)} ${y(value).toFixed(1)})`,
          fill: colour, stroke: colour }));
      }
    });
    return [s("path", { class: "series", d: path, stroke: colour, "stroke-dasharray": DASHES[index],
      "vector-effect": "non-scaling-stroke" }), marks];
  }

  return h("figure", { class: "chart" }, h("h3", { id }, title), svg, tip, spoken,
    h("p", { class: "hidden-text", id: `${id}-how` }, t("chart.how")),
    series.length > 1 && h("ul", { class: "legend" }, series.map((entry, index) =>
      h("li", {}, swatch(index), h("span", { title: entry.name }, entry.name)))));
}

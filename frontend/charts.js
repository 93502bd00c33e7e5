// Charts made livelier: tooltips and a width that follows the window. The server's drawing stays for paper.
import { use, init } from "echarts/core";
import { BarChart, FunnelChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { LabelLayout } from "echarts/features";
import { withUnit } from "./units.js";

use([BarChart, FunnelChart, HeatmapChart, LineChart, ScatterChart, AriaComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, VisualMapComponent, SVGRenderer, LabelLayout]);

const INK = "#1c2530", SOFT = "#55606e", LINE = "#d5dae1", OURS = "#173f77";
const OTHERS = ["#5f6b7a", "#6b7684", "#3f6fa8", "#80693a", "#33475b"];
const DASHES = ["solid", [6, 3], [2, 3], [8, 3, 2, 3], [4, 4]];
const SHAPES = ["circle", "rect", "diamond", "triangle", "pin"];
const TONES = { good: "#1d6b45", near: "#8a5a00", behind: "#a3420e", late: "#a11b1b", done: "#33475b", caught: "#5b4a8a", neutral: "#55606e", redflag: "#a11b1b", blackflag: "#1c2530" };
const text = { color: INK, fontSize: 12, fontFamily: "inherit" };
const colour = (place, ours) => (ours && place === 0 ? OURS : OTHERS[place % OTHERS.length]);

const drawings = {
  bar: (told) => columns(told, (series, place) => ({
    type: "bar", barMaxWidth: 28,
    label: { show: told.categories.length * told.series.length <= 16, position: "top", ...text, fontSize: 11 },
    itemStyle: { color: colour(place, series.ours) },
  })),
  line: (told) => columns(told, (series, place) => ({
    type: "line", connectNulls: false, symbol: "circle", symbolSize: 7, triggerLineEvent: false,
    lineStyle: { width: place === 0 ? 2.2 : 1.6, type: DASHES[place % 5], color: colour(place, series.ours) },
    itemStyle: { color: colour(place, series.ours) },
    endLabel: { show: true, formatter: series.name, ...text, color: colour(place, series.ours), fontWeight: place === 0 ? 600 : 400 },
    labelLayout: { moveOverlap: "shiftY" },
  }), 12 * Math.max(...told.series.map((one) => one.name.length)) + 16),
  waterfall: waterfall, funnel: funnel, heat: heat, scatter: scatter,
};

function mark(one) {
  return { value: one.value, text: one.text, url: one.url, ...(one.tone && { itemStyle: { color: TONES[one.tone] } }) };
}

function valueAxis(told) {
  return {
    type: "value", name: told.unit, nameTextStyle: { color: SOFT, align: "right" }, axisLabel: { color: SOFT, fontSize: 11 },
    splitLine: { lineStyle: { color: LINE } }, min: told.start ?? undefined, scale: false,
  };
}

function categoryAxis(told) {
  return { type: "category", data: told.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: SOFT } }, axisLabel: { color: SOFT, fontSize: 11, hideOverlap: true } };
}

function columns(told, look, right = 12) {
  return {
    grid: { left: 8, right, top: 34, bottom: 4, containLabel: true },
    legend: told.series.length > 1 && told.kind === "bar" ? { right: 0, top: 0, textStyle: text, itemHeight: 10, itemWidth: 12 } : undefined,
    xAxis: categoryAxis(told), yAxis: valueAxis(told),
    tooltip: { trigger: "axis", formatter: (at) => rich(told, at) },
    series: told.series.map((series, place) => ({
      name: series.name, data: series.marks.map(mark), cursor: "pointer", ...look(series, place),
      ...(told.kind === "bar" && { label: { ...look(series, place).label, formatter: (at) => at.data.text } }),
    })),
  };
}

// Built as elements: what a name contains is text, never markup.
function rich(told, marks) {
  const box = document.createElement("div");
  const head = document.createElement("strong");
  head.textContent = marks[0].name;
  box.append(head);
  for (const one of marks) {
    const line = document.createElement("div");
    const bare = one.data.value === null || one.data.text.endsWith(told.unit);
    line.textContent = `${one.seriesName} ${withUnit(one.data.text, bare ? "" : told.unit)}`;
    box.append(line);
  }
  return box;
}

function waterfall(told) {
  const marks = told.series[0].marks;
  let running = 0;
  const floors = [], shown = [];
  marks.forEach((one, place) => {
    const last = place === marks.length - 1, value = one.value ?? 0, end = last ? value : running + value;
    floors.push(last ? 0 : Math.min(running, end));
    shown.push({ ...mark(one), value: Math.abs(value), itemStyle: { color: last ? OURS : OTHERS[value < 0 ? 1 : 2] } });
    running = end;
  });
  return {
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true }, xAxis: categoryAxis(told), yAxis: valueAxis(told),
    tooltip: { trigger: "item", formatter: (at) => rich(told, [at]) },
    series: [
      { type: "bar", stack: "sum", silent: true, data: floors, itemStyle: { color: "transparent" }, tooltip: { show: false } },
      { type: "bar", stack: "sum", name: told.series[0].name, data: shown, label: { show: true, position: "top", ...text, fontSize: 11, formatter: (at) => at.data.text } },
    ],
  };
}

function funnel(told) {
  const marks = told.series[0].marks;
  return {
    tooltip: { trigger: "item", formatter: (at) => rich(told, [at]) },
    series: [{
      type: "funnel", sort: "none", gap: 3, left: 90, right: 120, top: 12, bottom: 12, funnelAlign: "left", name: told.series[0].name,
      data: marks.map((one, place) => ({ ...mark(one), name: told.categories[place], itemStyle: { color: OURS } })),
      label: { position: "right", ...text, formatter: (at) => `${at.name} ${at.data.text}` },
    }],
  };
}

function heat(told) {
  const cells = told.series.flatMap((series, y) => series.marks.map((one, x) => ({ value: [x, y, one.value ?? "-"], text: one.text, url: one.url })));
  const values = told.series.flatMap((series) => series.marks.map((one) => one.value)).filter((one) => one !== null);
  return {
    grid: { left: 8, right: 12, top: 8, bottom: 4, containLabel: true },
    xAxis: categoryAxis(told),
    yAxis: { type: "category", inverse: true, data: told.series.map((one) => one.name), axisTick: { show: false }, axisLabel: text },
    visualMap: { show: false, min: Math.min(...values), max: Math.max(...values), inRange: { color: ["#eef3fa", "#9dbbdd", "#1f4f8f"] } },
    tooltip: { trigger: "item", formatter: (at) => rich(told, [{ ...at, name: told.categories[at.data.value[0]], seriesName: told.series[at.data.value[1]].name, data: { value: at.data.value[2], text: at.data.text } }]) },
    series: [{ type: "heatmap", data: cells, label: { show: true, formatter: (at) => at.data.text, fontSize: 11 }, labelLayout: { hideOverlap: true } }],
  };
}

function scatter(told) {
  const groups = [...new Set(told.points.map((one) => one.group))].sort();
  const axis = (side) => ({ type: "value", name: `${side.name}（${side.unit}）`, nameLocation: "end", nameTextStyle: { color: SOFT }, axisLabel: { color: SOFT }, splitLine: { lineStyle: { color: LINE } } });
  const bands = [told.x.at !== null && { xAxis: told.x.at }, told.y.at !== null && { yAxis: told.y.at }].filter(Boolean);
  return {
    grid: { left: 8, right: 90, top: 40, bottom: 4, containLabel: true }, legend: groups.length > 1 ? { right: 0, top: 0 } : undefined,
    xAxis: axis(told.x), yAxis: axis(told.y),
    tooltip: { trigger: "item", formatter: (at) => `${at.data.name}`.replaceAll("<", "＜") },
    series: groups.map((group, place) => ({
      name: group, type: "scatter", symbol: SHAPES[place % 5], symbolSize: 9, itemStyle: { color: colour(place, true) },
      data: told.points.filter((one) => one.group === group).map((one) => ({ name: one.name, value: [one.x, one.y], url: one.url })),
      markLine: place === 0 && bands.length ? { silent: true, symbol: "none", data: bands, lineStyle: { color: SOFT, type: "dashed" }, label: { show: false } } : undefined,
    })),
  };
}

function enliven(figure) {
  const told = JSON.parse(figure.dataset.chart);
  const draw = drawings[told.kind];
  if (!draw) return;
  const still = figure.querySelector(".chart-still");
  const live = document.createElement("div");
  live.className = "chart-live";
  still.before(live);
  live.style.height = `${Math.max(240, still.querySelector("svg").viewBox.baseVal.height)}px`;
  const chart = init(live, null, { renderer: "svg", locale: document.documentElement.lang.startsWith("zh") ? "ZH" : "EN" });
  const decal = matchMedia("(prefers-contrast: more), (forced-colors: active), (monochrome)").matches;
  chart.setOption({ animation: false, textStyle: { fontFamily: "inherit" }, aria: { enabled: true, label: { description: told.alt }, decal: { show: decal } }, ...draw(told) });
  chart.on("click", (at) => open(figure, at.data?.url));
  new ResizeObserver(() => chart.resize()).observe(live);
  figure.classList.add("is-live");
}

// A mark opens by the same link that its cell in the table twin has.
function open(figure, url) {
  if (url) [...figure.querySelectorAll(".chart-twin a.number")].find((link) => link.getAttribute("href") === url)?.click();
}

for (const figure of document.querySelectorAll("[data-chart]:not(.chart-map)")) enliven(figure);

// The map made livelier: move and zoom by mouse, touch and keyboard. Its land comes with the page; nothing is fetched.
import { Map as LandMap, Marker, NavigationControl, ScaleControl, LngLatBounds, setWorkerUrl } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import { withUnit } from "./units.js";

const SHADES = ["#eef3fa", "#cddcee", "#9dbbdd", "#5f8cc0", "#1f4f8f"];
// One hatching for each shade, as on paper: none, level, upright, rising, crossed.
const HATCHES = [() => false, (x, y) => y === 4, (x) => x === 4, (x, y) => (x + y) % 8 === 0, (x, y) => (x + y) % 8 === 0 || (x - y + 8) % 8 === 0];
const built = document.currentScript.src.replace(/[^/]*$/, "");
setWorkerUrl(`${built}maps-worker.js`);

function shadeOf(told, value) {
  if (value === null) return -1;
  const place = told.classes.reduce((found, [low], at) => (value >= low ? at : found), 0);
  return told.classes.length < 2 ? 4 : Math.round((place * 4) / (told.classes.length - 1));
}

function hatch(map, shade) {
  const size = 8, data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) {
    if (HATCHES[shade](x, y)) data.set(shade > 2 ? [255, 255, 255, 110] : [28, 37, 48, 70], (y * size + x) * 4);
  }
  map.addImage(`hatch-${shade}`, { width: size, height: size, data });
}

function land(told) {
  return {
    type: "FeatureCollection",
    features: told.areas.map((one) => ({
      type: "Feature", geometry: { type: "Polygon", coordinates: [one.ring] },
      properties: { shade: shadeOf(told, one.value), url: one.url },
    })),
  };
}

function enliven(figure) {
  const told = JSON.parse(figure.dataset.chart);
  const live = document.createElement("div");
  live.className = "chart-live map-live";
  const bounds = new LngLatBounds();
  for (const place of told.areas.flatMap((one) => one.ring).concat(told.outline)) bounds.extend(place);
  const still = figure.querySelector(".chart-still");
  still.before(live);
  let map;
  try {
    map = new LandMap({
      container: live, bounds, fitBoundsOptions: { padding: 24 }, attributionControl: false, dragRotate: false, pitchWithRotate: false,
      cooperativeGestures: true, fadeDuration: 0,
      style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f6f7f9" } }] },
      locale: document.documentElement.lang.startsWith("zh") ? {
        "NavigationControl.ZoomIn": "放大", "NavigationControl.ZoomOut": "缩小", "Map.Title": told.alt,
        "CooperativeGesturesHandler.WindowsHelpText": "按住 Ctrl 滚动来缩放", "CooperativeGesturesHandler.MacHelpText": "按住 ⌘ 滚动来缩放", "CooperativeGesturesHandler.MobileHelpText": "用两指移动地图",
      } : { "Map.Title": told.alt },
    });
  } catch {
    live.remove(); // no WebGL: the server's drawing stays
    return;
  }
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl(), "bottom-right");
  map.on("load", () => draw(map, told));
  map.on("click", "areas", (event) => { location.href = event.features[0].properties.url; });
  map.on("mouseenter", "areas", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "areas", () => { map.getCanvas().style.cursor = ""; });
  live.after(legend(told));
  figure.classList.add("is-live");
}

function draw(map, told) {
  map.addSource("land", { type: "geojson", data: land(told) });
  map.addSource("outline", { type: "geojson", data: { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: told.outline } } });
  map.addLayer({ id: "areas", type: "fill", source: "land", paint: { "fill-color": ["match", ["get", "shade"], ...SHADES.flatMap((one, at) => [at, one]), "#ffffff"] } });
  for (const shade of [1, 2, 3, 4]) {
    hatch(map, shade);
    map.addLayer({ id: `hatch-${shade}`, type: "fill", source: "land", filter: ["==", ["get", "shade"], shade], paint: { "fill-pattern": `hatch-${shade}` } });
  }
  map.addLayer({ id: "edges", type: "line", source: "land", paint: { "line-color": "#55606e", "line-width": 1 } });
  map.addLayer({ id: "outline", type: "line", source: "outline", paint: { "line-color": "#55606e", "line-width": 1.5, "line-dasharray": [6, 3] } });
  for (const one of told.areas) new Marker({ element: label(told, one) }).setLngLat(middle(one.ring)).addTo(map);
}

function label(told, one) {
  const link = document.createElement(one.url ? "a" : "span");
  if (one.url) link.href = one.url;
  link.className = "map-label";
  const name = document.createElement("span");
  name.textContent = one.name;
  const value = document.createElement("strong");
  value.textContent = one.value === null ? one.text : withUnit(one.text, told.unit);
  link.append(name, value);
  return link;
}

function middle(ring) {
  const corners = ring.slice(0, -1);
  return [0, 1].map((axis) => corners.reduce((sum, place) => sum + place[axis], 0) / corners.length);
}

function legend(told) {
  const list = document.createElement("ul");
  list.className = "map-legend";
  told.classes.forEach(([low, high], place) => {
    const item = document.createElement("li");
    const box = document.createElement("span");
    box.className = `map-shade shade-${shadeOf(told, low)}`;
    item.append(box, low === high ? `${low}` : place === told.classes.length - 1 ? `${low}–${high}` : `${low}–<${high}`, ` ${told.unit}`);
    list.append(item);
  });
  return list;
}

for (const figure of document.querySelectorAll(".chart-map[data-chart]")) enliven(figure);

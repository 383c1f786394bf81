// The map of projects: Leaflet, a grid of degrees where no tiles are set, one pin for what stands close together.
// Everything it shows stands in the table below it too; without script the map is not there.
/* global L */
const NEAR = 48; // pixels between two pins that would touch
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const read = (id) => JSON.parse(document.getElementById(id).textContent);

function pinOf(status) {
  const shape = document.querySelector(`.kg-legend .kg-pin-${status}`);
  return shape ? shape.cloneNode(true) : document.createElement("span");
}

function line(text) {
  const made = document.createElement("p");
  made.textContent = text;
  return made;
}

function popupOf(points, words) {
  const box = document.createElement("div");
  if (points.length > 1) box.append(line(words.together.replace("{n}", points.length)));
  const list = document.createElement("ul");
  for (const point of points) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = point.url;
    link.textContent = point.name;
    item.append(pinOf(point.status), link);
    list.append(item);
  }
  box.append(list);
  if (points.length === 1) {
    const said = [points[0].word, points[0].causes, points[0].bureau].filter(Boolean);
    box.append(line(said.join(" · ")));
  }
  return box;
}

// The points come riskiest first: a pin has the status of its riskiest project.
function together(map, points) {
  const found = [];
  for (const point of points) {
    const at = map.latLngToLayerPoint([point.latitude, point.longitude]);
    const near = found.find((group) => group.at.distanceTo(at) < NEAR);
    if (near) near.points.push(point);
    else found.push({ at, points: [point] });
  }
  return found;
}

function marker(group, map, words) {
  const [first] = group.points;
  const many = group.points.length > 1;
  const box = document.createElement("div");
  box.append(pinOf(first.status));
  if (many) box.append(String(group.points.length));
  const icon = L.divIcon({ className: "kg-map-pin", html: box.innerHTML, iconSize: [many ? 44 : 26, 26] });
  const name = many ? words.together.replace("{n}", group.points.length) : `${first.name} · ${first.word}`;
  const made = L.marker([first.latitude, first.longitude], { icon, title: name, riseOnHover: true });
  made.on("add", () => made.getElement().setAttribute("aria-label", name));
  made.bindPopup(popupOf(group.points, words), { minWidth: 220, maxWidth: 320 });
  return made;
}

function grid(map, layer) {
  layer.clearLayers();
  const bounds = map.getBounds();
  const step = STEPS.find((size) => bounds.getEast() - bounds.getWest() <= size * 8) || 20;
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const lines = (low, high) => {
    const found = [];
    for (let n = Math.ceil(low / step); n * step <= high; n += 1) found.push(n * step);
    return found;
  };
  const style = { className: "kg-map-grid", interactive: false };
  // Where the words of both kinds would meet, in the corner, those of the edge that comes second stay away.
  const free = (place) => {
    const at = map.latLngToContainerPoint(place);
    return [map.getSize().x - at.x > 76, at.y > 32];
  };
  const word = (place, text, anchor) => {
    const icon = L.divIcon({ className: "kg-map-word", html: text, iconSize: [64, 16], iconAnchor: anchor });
    layer.addLayer(L.marker(place, { icon, interactive: false, keyboard: false }));
  };
  for (const x of lines(bounds.getWest(), bounds.getEast())) {
    layer.addLayer(L.polyline([[bounds.getSouth(), x], [bounds.getNorth(), x]], style));
    if (free([bounds.getNorth(), x])[0]) word([bounds.getNorth(), x], `${x.toFixed(digits)}°E`, [-4, -2]);
  }
  for (const y of lines(bounds.getSouth(), bounds.getNorth())) {
    layer.addLayer(L.polyline([[y, bounds.getWest()], [y, bounds.getEast()]], style));
    if (free([y, bounds.getEast()])[1]) word([y, bounds.getEast()], `${y.toFixed(digits)}°N`, [64, 16]);
  }
}

function start(box) {
  const points = read("kg-map-points");
  const words = read("kg-map-words");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    zoomControl: false, fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, maxZoom: 16, zoomSnap: 0.5,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.fitBounds(points.map((point) => [point.latitude, point.longitude]), { padding: [36, 36], maxZoom: 12, animate: false });
  if (box.dataset.tiles) {
    L.tileLayer(box.dataset.tiles, { attribution: escaped(box.dataset.credit), maxZoom: 16 }).addTo(map);
  } else {
    const lines = L.layerGroup().addTo(map);
    map.on("moveend", () => grid(map, lines));
    grid(map, lines);
  }
  const pins = L.layerGroup().addTo(map);
  const draw = () => {
    pins.clearLayers();
    for (const group of together(map, points)) pins.addLayer(marker(group, map, words));
  };
  map.on("zoomend", draw);
  map.on("popupopen", (event) => {
    // By keyboard the popup's first link is the next thing that one wants.
    if (box.contains(document.activeElement)) event.popup.getElement().querySelector("li a").focus({ preventScroll: true });
  });
  draw();
  box.dataset.drawn = String(points.length);
}

function escaped(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made.innerHTML;
}

const box = document.getElementById("kg-map");
if (box) start(box);

// Small signs drawn by hand: no font need know them.
const SVG = "http://www.w3.org/2000/svg";
const LINES = {
  completed: "M5 12.5l4.5 4.5L19 7.5",
  current: "M8 5.5v13l10.5-6.5z",
  incident: "M12 5v8.5M12 18v.5",
  nearer: "M12 5v14M5 12h14",
  away: "M5 12h14",
  whole: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
};

/** An image of the sign `name`, silent for screen readers: what it means is said beside it. */
export function sign(name) {
  const image = document.createElementNS(SVG, "svg");
  image.setAttribute("viewBox", "0 0 24 24");
  image.setAttribute("class", "map-sign");
  image.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", LINES[name]);
  image.append(line);
  return image;
}

/**
 * Part of the guest page, see `guest-page.ts`. The four drawing functions. Each reads what it is given
 * into JSON text of `drawingCallSchema`, piece by piece and without a method that the report could have
 * replaced, and hands that text to the host.
 */
export const GUEST_RECORDERS = `
  const POINT = ["value", "label", "color"];
  const SEGMENT = ["limit", "label", "color"];
  // Far above what is kept; only so that a text of megabytes is not copied.
  const TEXT_LENGTH = 512;
  let drawingCalls = 0;

  function scalarText(value) {
    if (typeof value === "number") return value - value === 0 ? "" + value : "null";
    if (typeof value === "string") return stringify(slice(value, 0, TEXT_LENGTH));
    return typeof value === "boolean" ? "" + value : "null";
  }

  const isObject = (value) => value !== null && typeof value === "object";

  function recordText(source, names) {
    let text = "{";
    for (let i = 0; i < names.length; i += 1) {
      const value = source[names[i]];
      if (value !== undefined) text += (text === "{" ? "" : ",") + stringify(names[i]) + ":" + scalarText(value);
    }
    return text + "}";
  }

  function listText(items, names) {
    if (!isObject(items)) return '"items":null,"cut":false';
    const length = items.length;
    if (typeof length !== "number") return '"items":null,"cut":false';
    let text = "";
    for (let i = 0; i < length && i < config.pointsPerChart; i += 1) {
      const item = items[i];
      text += (i === 0 ? "" : ",") + (isObject(item) ? recordText(item, names) : scalarText(item));
    }
    return '"items":[' + text + '],"cut":' + (length > config.pointsPerChart);
  }

  const { indexOf } = HTMLElement;

  function hostIndex(element) {
    if (typeof element !== "string") return indexOf(element);
    const found = mapGet(nodesById, element[0] === "#" ? slice(element, 1) : element);
    return found === undefined ? null : found.index;
  }

  function drawingFunction(name, optionNames, readData) {
    const draw = function (element, data, options) {
      drawingCalls += 1;
      let text;
      try {
        const given = typeof options === "string" ? { __proto__: null, title: options } : options;
        text = '{"name":"' + name + '","host":' + hostIndex(element) + "," + readData(data, given) +
          ',"options":' + (isObject(given) ? recordText(given, optionNames) : "{}") + "}";
      } catch {
        text = "";
      }
      record(text);
      return { update() {}, resize() {}, destroy() {} };
    };
    defineProperty(draw, "name", { value: name });
    defineProperty(globalThis, name, { value: draw, writable: true, configurable: true });
  }

  const series = (data) => '"value":null,' + listText(data, POINT);
  drawingFunction("createGauge", ["min", "max"], (value, options) =>
    '"value":' + scalarText(value) + "," + listText(isObject(options) ? options.segments : null, SEGMENT));
  drawingFunction("createDoughnutChart", ["title", "outerRadius", "innerRadius", "showLegend"], series);
  drawingFunction("createBarChart", ["valuePrefix", "valueSuffix", "yAxisLabel"], series);
  drawingFunction("createLineChart", ["color", "valuePrefix", "valueSuffix", "strokeWidth"], series);
`;

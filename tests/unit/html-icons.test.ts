import { isDeepStrictEqual } from "node:util";
import { fab, type IconDefinition } from "@fortawesome/free-brands-svg-icons";
import { faCalendar, far, faStar } from "@fortawesome/free-regular-svg-icons";
import { faBolt, faChartLine, faGaugeHigh, fas, faXmark } from "@fortawesome/free-solid-svg-icons";
import { describe, expect, test } from "vitest";
import { findIcon } from "@/lib/reports/document/html/font-awesome";
import { prepare, rendered, withTag } from "./html-support";

const shapeOf = ([width, height, , , path]: IconDefinition["icon"]) => ({
  width,
  height,
  path: Array.isArray(path) ? path.join(" ") : path,
});

describe("findIcon", () => {
  test.each([
    ["fas fa-xmark", faXmark],
    ["fas fa-times", faXmark],
    ["fas fa-tachometer-alt", faGaugeHigh],
    ["fa-solid fa-chart-line", faChartLine],
    ["fa fa-line-chart", faChartLine],
    ["far fa-star", faStar],
    ["fa fa-star-o", faStar],
    ["fa-regular fa-calendar", faCalendar],
    ["far fa-chart-line", faChartLine],
    ["fal fa-bolt", faBolt],
    ["fas fa-2x fa-spin fa-fw fa-bolt", faBolt],
    ["fa-bolt fas", faBolt],
  ])("%s", (classes, { icon }) => {
    expect(findIcon(classes.split(" "))).toEqual(shapeOf(icon));
  });

  test.each([
    ["fas", fas],
    ["far", far],
    ["fab", fab],
  ])("knows every name in %s", (style, pack) => {
    const icons = Object.values(pack).flatMap(({ iconName, icon }) =>
      [iconName, ...icon[2].filter((alias) => typeof alias === "string")].map((name) => ({ name, icon })),
    );
    expect(icons.length).toBeGreaterThan(250);
    expect(
      icons.filter(({ name, icon }) => !isDeepStrictEqual(findIcon([style, `fa-${name}`]), shapeOf(icon))),
    ).toEqual([]);
  });

  test.each([
    "fab fa-bitcoin",
    "fab fa-ethereum",
    "fas fa-bitcoin",
    "fa fa-btc",
    "fa-brands fa-twitter",
    "far fa-calendar-alt",
    "fas fa-exchange-alt",
    "fas fa-balance-scale",
    "fas fa-university",
    "fas fa-shield-alt",
    "fa fa-money",
    "fa fa-clock-o",
    "fa fa-thumbs-o-up",
    "fa fa-bar-chart-o",
    "fas fa-hand-holding-usd",
    "fas fa-info-circle",
    "fas fa-exclamation-triangle",
    "fas fa-cogs",
    "fas fa-search",
    "fas fa-globe-asia",
  ])("knows %s", (classes) => {
    expect(findIcon(classes.split(" "))).toHaveProperty("path");
  });

  test.each([
    ["no style class", "fa-bolt", null],
    ["no name", "fas", null],
    ["a name of no icon", "fas fa-no-such-thing", "unknown"],
    ["a name of every object", "fas fa-constructor", "unknown"],
    ["a name with its hyphens elsewhere", "fas fa-chartline", "unknown"],
    ["a name of a file that is no icon", "fas fa-package-json", "unknown"],
    ["a name of the set's index", "fas fa-index", "unknown"],
    ["other classes", "report-card wide-card", null],
  ])("%s", (_, classes, expected) => {
    expect(findIcon(classes.split(" "))).toBe(expected);
  });
});

describe("icons of a report", () => {
  test("are drawn in the element that asks for them, hidden from assistive technology", () => {
    expect(rendered('<h2><i class="fas fa-bolt accent"></i> a</h2>')).toMatch(
      /^<h2><i class="fas fa-bolt accent" aria-hidden="true"><svg viewBox="0 0 \d+ \d+" fill="currentColor" focusable="false"><path d="M[^"]+"><\/path><\/svg><\/i> a<\/h2>$/,
    );
  });

  test("that do not exist vanish", () => {
    expect(rendered('<h2><i class="fas fa-no-such-thing"></i> a</h2>')).toBe("<h2> a</h2>");
  });

  test("leave the text of an element that asks for one", () => {
    const { body } = prepare('<h3 class="fas fa-bolt x">Tiêu đề</h3><span class="fas fa-nothing">b</span>');
    expect(withTag(body, "h2")[0]).toMatchObject({
      properties: { className: ["x"] },
      children: [
        { tagName: "i", properties: { className: ["fas", "fa-bolt"], ariaHidden: "true" } },
        { type: "text", value: "Tiêu đề" },
      ],
    });
    expect(withTag(body, "span")[0]).toMatchObject({ properties: {}, children: [{ value: "b" }] });
  });

  test("are not drawn where HTML allows none", () => {
    const html = '<p>a<br class="fas fa-bolt"/></p><ul class="fas fa-bolt"><li>b</li></ul>';
    expect(rendered(html)).toBe(html);
  });

  test("have no text, so titles are clean", () => {
    expect(prepare('<section id="a"><h2><i class="fas fa-bolt"></i> Tin</h2></section>').sections).toEqual([
      { id: "a", title: "Tin" },
    ]);
  });
});

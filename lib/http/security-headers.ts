/** What a browser may do with an answer, as a flat list: name, value, name, value. Names are in lower case. */
export type HeaderList = readonly string[];

/** What no page of the site uses, and an injected script should not either. Copying links stays allowed. */
const DENIED_FEATURES = [
  ...["accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation"],
  ...["gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get"],
  ...["screen-wake-lock", "serial", "usb", "xr-spatial-tracking"],
];

/** A year, the least that counts as lasting. Without subdomains: they may not be ours. */
const HSTS_MAX_AGE_S = 365 * 24 * 60 * 60;

/** For answers to requests that came over TLS; over plain HTTP a browser does not heed it. */
export const STRICT_TRANSPORT_SECURITY: HeaderList = [
  "strict-transport-security",
  `max-age=${HSTS_MAX_AGE_S}`,
];

/** Who may use an answer as part of a page: a picture for sharing is made to stand on other sites. */
export type ResourcePolicy = "same-origin" | "cross-origin";

/**
 * - Scripts: files of the site, and those inline scripts whose hashes are given. A nonce would have to be
 *   another one for each visitor, and so would the page.
 * - Styles: inline ones too. Reports bring style elements and attributes, cut to what is harmless before
 *   they get here; navigating in the browser inserts those of the next page, under the policy of the first,
 *   which cannot know their hashes.
 * - Pictures: also those that are part of a report.
 * - Everything else that is fetched (fonts, data, the manifest) comes from the site.
 */
export function contentSecurityPolicy(scriptHashes: readonly string[]): string {
  return [
    "default-src 'self'",
    ["script-src 'self'", ...scriptHashes].join(" "),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join("; ");
}

const UNCHANGING: HeaderList = [
  ...["x-content-type-options", "nosniff"],
  // Other sites learn that a visitor came from here, not from which report.
  ...["referrer-policy", "strict-origin-when-cross-origin"],
  ...["permissions-policy", DENIED_FEATURES.map((feature) => `${feature}=()`).join(", ")],
  ...["cross-origin-opener-policy", "same-origin"],
];

/**
 * Belongs on every answer. `frame-ancestors` says what X-Frame-Options would.
 *
 * @param scriptHashes of the inline scripts of a page (`inlineScriptHashes`)
 */
export function securityHeaders(
  scriptHashes: readonly string[] = [],
  resourcePolicy: ResourcePolicy = "same-origin",
): HeaderList {
  return [
    ...["content-security-policy", contentSecurityPolicy(scriptHashes)],
    ...UNCHANGING,
    ...["cross-origin-resource-policy", resourcePolicy],
  ];
}

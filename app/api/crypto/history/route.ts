import { DEFAULT_POINTS, pointCount } from "@/lib/api/parameters";
import { InvalidParameterError } from "@/lib/errors";
import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { isNumberField, NUMBER_FIELDS } from "@/lib/market/fields";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** No longer: entries between an answer and the page's first event are in no chart. */
const CACHE_CONTROL = "public, max-age=0, s-maxage=1";

/** The values of one field in the entries that are known, as `[milliseconds since 1970, value]`. */
export const GET = apiRoute(async (request) => {
  const { searchParams } = new URL(request.url);
  const field = readField(searchParams);
  const points = readPoints(searchParams);
  const { market } = await getServices();
  return new Response(JSON.stringify(market.history(field, points)), {
    headers: { "content-type": "application/json", "cache-control": CACHE_CONTROL },
  });
});

function readField(parameters: URLSearchParams) {
  const [field = "", ...more] = parameters.getAll("field");
  if (more.length === 0 && isNumberField(field)) return field;
  throw new InvalidParameterError(
    "field",
    `must be one of ${NUMBER_FIELDS.join(", ")}, e.g. ?field=btc_price_usd&points=${DEFAULT_POINTS}`,
  );
}

function readPoints(parameters: URLSearchParams): number {
  const [text = String(DEFAULT_POINTS), ...more] = parameters.getAll("points");
  const { data: points } = pointCount.safeParse(/^[1-9]\d*$/.test(text) ? Number(text) : Number.NaN);
  if (more.length === 0 && points !== undefined) return points;
  const { minValue, maxValue } = pointCount.unwrap();
  throw new InvalidParameterError(
    "points",
    `must be a whole number from ${minValue} to ${maxValue}, e.g. ?field=btc_price_usd&points=${DEFAULT_POINTS}`,
  );
}

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };

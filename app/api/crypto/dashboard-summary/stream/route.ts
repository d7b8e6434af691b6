import { apiRoute, otherMethods } from "@/lib/http/api-route";
import { EVENT_STREAM_HEADERS, eventStreamResponse } from "@/lib/http/event-stream";
import { getServices } from "@/lib/services";

export const dynamic = "force-dynamic";

/** Server-Sent Events: the current snapshot, or what came after `Last-Event-ID`; then each as it comes. */
export const GET = apiRoute(async (request) => {
  const { streams } = (await getServices()).market;
  return eventStreamResponse(request, streams.open);
});

/** Next would ask for a stream, and never end it. */
export const HEAD = apiRoute(() => new Response(null, { headers: EVENT_STREAM_HEADERS }));

const other = otherMethods("GET", "HEAD");

export { other as DELETE, other as OPTIONS, other as PATCH, other as POST, other as PUT };

import { NotFoundView } from "@/components/layout/not-found-view";

export const dynamic = "force-static";

/** Where every URL that cannot exist ends (lib/i18n/route-request.ts), and the document of every 404. */
export default NotFoundView;

import { cache } from "react";
import type { Locale } from "@/lib/i18n/routing";
import { getServices } from "@/lib/services";

// One load a render: metadata and page ask for the same report.

export const latestReport = cache(async (locale: Locale) => (await getServices()).reports.latest(locale));

export const reportById = cache(async (id: number, locale: Locale) =>
  (await getServices()).reports.byId(id, locale),
);

import { getTranslations } from "next-intl/server";
import type { BoardTexts, MarketTexts } from "./market-texts";

// The texts are given to components of the browser, which put values in themselves: `raw` keeps the places.

export async function translateMarket(): Promise<MarketTexts> {
  const t = await getTranslations("Market");
  return {
    units: { trillion: t("trillion"), billion: t("billion"), million: t("million") },
    marketCap: t("marketCap"),
    volume: t("volume"),
    fearGreed: t("fearGreed"),
    strength: t("strength"),
    dominance: t("dominance"),
    change24h: t("change24h"),
    unknown: t("unknownValue"),
    fearGreedLabels: {
      extremeFear: t("extremeFear"),
      fear: t("fear"),
      neutral: t("neutral"),
      greed: t("greed"),
      extremeGreed: t("extremeGreed"),
    },
    strengthLabels: { oversold: t("oversold"), neutral: t("neutral"), overbought: t("overbought") },
    status: {
      live: t("live"),
      polling: t("polling"),
      connecting: t("connecting"),
      reconnecting: t("reconnecting"),
      offline: t("offline"),
      interrupted: t("interrupted"),
      stale: t.raw("stale"),
      unknown: t("unknown"),
      simulated: t("simulated"),
      asOf: t.raw("asOf"),
      ago: t.raw("ago"),
      ages: {
        seconds: t.raw("ageSeconds"),
        minutes: t.raw("ageMinutes"),
        hours: t.raw("ageHours"),
        days: t.raw("ageDays"),
      },
    },
  };
}

export async function translateBoard(): Promise<BoardTexts> {
  const t = await getTranslations("Market");
  return {
    coins: t("coins"),
    coin: t("coin"),
    price: t("price"),
    change24h: t("change24h"),
    trend: t("trend"),
    // Names of their own, alike in every language.
    coinNames: {
      btc: "Bitcoin",
      eth: "Ethereum",
      bnb: "BNB",
      sol: "Solana",
      xrp: "XRP",
      ada: "Cardano",
      link: "Chainlink",
    },
    funds: t("funds"),
    fundNote: t("fundNote"),
    fund: t("fund"),
    fundChange: t("fundChange"),
    fundNames: { DIA: t("fundDia"), SPY: t("fundSpy"), QQQM: t("fundQqqm") },
    unknown: t("unknownValue"),
    chart: {
      title: t("chartTitle"),
      ranges: t("chartRanges"),
      rangeNames: { quarter: t("rangeQuarter"), hour: t("rangeHour"), all: t("rangeAll") },
      loading: t("chartLoading"),
      failed: t("chartFailed"),
      retry: t("chartRetry"),
      empty: t("chartEmpty"),
      summary: t.raw("chartSummary"),
    },
  };
}

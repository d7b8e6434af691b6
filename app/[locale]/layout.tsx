import type { Viewport } from "next";
import { notFound } from "next/navigation";
import { hasLocale } from "next-intl";
import { getTranslations } from "next-intl/server";
import { bootScript } from "@/components/layout/boot-script";
import { ErrorTextsProvider } from "@/components/layout/error-texts";
import { BAR_COLORS } from "@/components/layout/theme";
import { routing } from "@/lib/i18n/routing";
import { fontVariables } from "../fonts";
import "../global.css";

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: BAR_COLORS.light },
    { media: "(prefers-color-scheme: dark)", color: BAR_COLORS.dark },
  ],
};

/** No page is rendered by the build: each would read the database. All are rendered at run time and kept (ISR). */
export function generateStaticParams() {
  return [];
}

export default async function RootLayout({ children, params }: LayoutProps<"/[locale]">) {
  const { locale } = await params;
  if (!hasLocale(routing.locales, locale)) notFound();
  const t = await getTranslations("Error");

  return (
    // The boot script sets attributes before React sees the element.
    <html lang={locale} className={fontVariables} suppressHydrationWarning>
      <head>
        <script>{bootScript}</script>
      </head>
      <body>
        <ErrorTextsProvider texts={{ title: t("title"), text: t("text"), retry: t("retry") }}>
          {children}
        </ErrorTextsProvider>
      </body>
    </html>
  );
}

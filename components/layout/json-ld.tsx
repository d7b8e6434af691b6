/** Structured data for search engines. `<` is escaped: a report's title could hold `</script>`. */
export function JsonLd({ data }: { data: readonly object[] }) {
  const text = JSON.stringify(data).replaceAll("<", "\\u003c");
  return <script type="application/ld+json">{text}</script>;
}

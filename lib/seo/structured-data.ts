import type { Article, BreadcrumbList, WithContext } from "schema-dts";

export interface ArticleDescription {
  readonly title: string;
  readonly description: string;
  readonly siteName: string;
  readonly url: string;
  readonly image: string;
  readonly language: string;
  readonly publishedAt: Date;
}

export function articleJsonLd(article: ArticleDescription): WithContext<Article> {
  const publisher = { "@type": "Organization", name: article.siteName } as const;
  return {
    "@context": "https://schema.org",
    "@type": "Article",
    // Search engines show 110 characters.
    headline: article.title.slice(0, 110),
    description: article.description,
    inLanguage: article.language,
    datePublished: article.publishedAt.toISOString(),
    mainEntityOfPage: article.url,
    url: article.url,
    image: article.image,
    author: publisher,
    publisher,
  };
}

export function breadcrumbJsonLd(
  crumbs: readonly { name: string; url: string }[],
): WithContext<BreadcrumbList> {
  return {
    "@context": "https://schema.org",
    "@type": "BreadcrumbList",
    itemListElement: crumbs.map(({ name, url }, index) => ({
      "@type": "ListItem",
      position: index + 1,
      name,
      item: url,
    })),
  };
}

/**
 * A title as a kebab-case id in plain letters: "Tổng quan thị trường" becomes "tong-quan-thi-truong".
 * Scripts without a Latin form stay as they are. May be empty; at most 60 characters.
 */
export function slugify(title: string): string {
  return title
    .toLowerCase()
    .replaceAll("đ", "d")
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .normalize("NFC")
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}

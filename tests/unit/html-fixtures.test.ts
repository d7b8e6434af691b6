import { describe, expect, test } from "vitest";
import { placeCharts } from "@/lib/reports/document/html/chart-hosts";
import { plainText } from "@/lib/reports/document/html/tree";
import { fixture, prepare, rendered, withTag } from "./html-support";

interface Expected {
  readonly sections: number;
  readonly tables: number;
  readonly icons: number;
  readonly hosts: number;
  readonly firstSection: readonly [id: string, title: string];
  readonly title: string;
  readonly summary: string;
}

const EXPECTED: readonly (readonly [name: string, language: "vi" | "en", Expected])[] = [
  [
    "01-daily-full",
    "vi",
    {
      sections: 13,
      tables: 7,
      icons: 24,
      hosts: 7,
      firstSection: ["executive-summary", "Tóm tắt điều hành"],
      title: "Thị trường tiền mã hóa mở đầu phiên thứ Tư với lợi thế nghiêng về bên mua",
      summary:
        "Bitcoin giữ vững phía trên $118,000 sau khi hấp thụ hết lượng cung chốt lời dồn lại quanh $116,800 từ đầu tuần, còn Ethereum là mã tăng tốt nhất trong ba đồng vốn hóa lớn nhất với mức +2.74%.",
    },
  ],
  [
    "01-daily-full",
    "en",
    {
      sections: 13,
      tables: 7,
      icons: 24,
      hosts: 7,
      firstSection: ["executive-summary", "Executive Summary"],
      title: "The crypto market opened Wednesday with the balance tilted toward buyers",
      summary:
        "Bitcoin is holding above $118,000 after absorbing the profit-taking supply that had piled up around $116,800 since the start of the week, while Ethereum is the best performer among the three largest coins with a gain of +2.74%.",
    },
  ],
  [
    "02-weekly-styled",
    "vi",
    {
      sections: 12,
      tables: 4,
      icons: 14,
      hosts: 5,
      firstSection: ["weekly-summary", "Toàn cảnh tuần 09 – 15/11/2026"],
      title: "Nửa đầu tuần thuộc về bên bán, nửa sau thuộc về bên mua",
      summary:
        "Bitcoin trượt từ $114,390 xuống đáy $110,740 vào thứ Năm, rồi đảo chiều để kết tuần ở $116,260 (↑ 1.63%). Cú đảo chiều chữ V này đi kèm khối lượng giao ngay cao nhất bốn tuần, ≈ $1.02 nghìn tỷ, và là lần thứ ba kể từ tháng Chín vùng $110,000 – $111,000 đẩy giá bật lên.",
    },
  ],
  [
    "02-weekly-styled",
    "en",
    {
      sections: 12,
      tables: 4,
      icons: 14,
      hosts: 5,
      firstSection: ["weekly-summary", "The Week of 9 – 15 November 2026"],
      title: "The first half of the week belonged to sellers and the second half to buyers",
      summary:
        "Bitcoin slid from $114,390 to a low of $110,740 on Thursday, then reversed to finish at $116,260 (↑ 1.63%). The V-shaped turn came with the highest spot volume in four weeks, ≈ $1.02 trillion, and it was the third time since September that $110,000 – $111,000 has launched a rebound.",
    },
  ],
  [
    "03-vi-only",
    "vi",
    {
      sections: 5,
      tables: 1,
      icons: 6,
      hosts: 0,
      firstSection: ["tom-tat", "Tóm tắt buổi sáng"],
      title: "Áp lực bán quay lại ngay đầu tuần",
      summary:
        "Bitcoin lùi về $112,940 (-0.62% trong 24 giờ), thấp hơn mức đóng cửa Chủ nhật khoảng 1.3%. Khối lượng giao ngay mỏng, chỉ bằng 82% trung bình 20 ngày, cho thấy bên mua đứng ngoài nhiều hơn là bên bán tháo chạy.",
    },
  ],
  [
    "04-buggy-js",
    "vi",
    {
      sections: 4,
      tables: 1,
      icons: 4,
      hosts: 4,
      firstSection: ["panic-summary", "Phiên hoảng loạn: điều gì vừa xảy ra?"],
      title:
        "Trong vòng bốn giờ rạng sáng nay, Bitcoin rơi từ $113,300 xuống $110,740 trước khi hồi về $111,260",
      summary:
        "Chuỗi thanh lý bắt đầu khi mốc $112,000 bị xuyên thủng, kéo theo $1.19 tỷ vị thế đòn bẩy bị đóng cưỡng bức, trong đó 81% là lệnh mua. Không có tin xấu mang tính cơ bản đi kèm; đây chủ yếu là câu chuyện về thanh khoản mỏng và đòn bẩy tập trung.",
    },
  ],
  [
    "04-buggy-js",
    "en",
    {
      sections: 4,
      tables: 1,
      icons: 4,
      hosts: 4,
      firstSection: ["panic-summary", "Panic Session: What Just Happened?"],
      title:
        "Within four hours early this morning Bitcoin fell from $113,300 to $110,740 before recovering to $111,260",
      summary:
        "The cascade began once $112,000 gave way and forced $1.19 billion of leveraged positions to close, 81% of them longs. No fundamental bad news came with it; this is mostly a story of thin liquidity and concentrated leverage.",
    },
  ],
];

describe.each(EXPECTED)("%s (%s)", (name, language, expected) => {
  const row = fixture(name);
  const source = (language === "vi" ? row.html_content : row.html_content_en) ?? "";

  test("headline", () => {
    expect(prepare(source)).toMatchObject({ title: expected.title, summary: expected.summary });
  });

  test("sections, tables, icons and chart hosts are all there", () => {
    const prepared = prepare(source);
    expect(prepared.sections).toHaveLength(expected.sections);
    expect(prepared.sections[0]).toEqual({ id: expected.firstSection[0], title: expected.firstSection[1] });
    expect(withTag(prepared.body, "table")).toHaveLength(expected.tables);
    expect(withTag(prepared.body, "svg")).toHaveLength(expected.icons);
    const { body } = placeCharts(prepared, []);
    const hosts = withTag(body, "div").filter((div) => div.properties.dataChart === "none");
    expect(hosts).toHaveLength(expected.hosts);
  });

  test("no LaTeX is left, and no price is lost", () => {
    const text = plainText(prepare(source).body);
    expect(text).not.toContain("\\");
    expect(text).not.toMatch(/\$(?!\d)/);
    const prices = source.match(/\$\d[\d.,]*/g) ?? [];
    for (const price of prices) expect(text).toContain(price);
  });

  test("ids that are known outside stay", () => {
    const html = rendered(source);
    for (const [id] of source.matchAll(/(?<= )id="[^"]*"/g)) expect(html).toContain(id);
  });

  test("words are counted as they are read", () => {
    const { body, wordCount } = prepare(source);
    const spaced = plainText(body).split(" ").length;
    expect(wordCount).toBeGreaterThan(spaced * 0.7);
    expect(wordCount).toBeLessThan(spaced * 1.3);
  });
});

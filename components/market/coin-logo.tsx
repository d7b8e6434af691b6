import type { ReactNode } from "react";
import type { Coin } from "@/lib/market/fields";

interface Logo {
  /** Of the disc. */
  readonly colour: string;
  readonly mark: ReactNode;
}

const stroke = {
  fill: "none",
  stroke: "#fff",
  strokeWidth: 1.8,
  strokeLinecap: "round",
  strokeLinejoin: "round",
} as const;

/** Our own plain drawings of what each coin is known by, on a disc of 24 units. */
const LOGOS: Readonly<Record<Coin, Logo>> = {
  btc: {
    colour: "#b86a00",
    mark: (
      <path
        {...stroke}
        d="M9 7h4.2a2.4 2.4 0 0 1 0 4.9H9h4.8a2.6 2.6 0 0 1 0 5.1H9Zm1.6-2v2m2.6-2v2m-2.6 10v2m2.6-2v2"
      />
    ),
  },
  eth: {
    colour: "#4a5bb0",
    mark: <path {...stroke} d="m12 4.5 4.5 7.7L12 14.8l-4.5-2.6ZM7.7 14.6l4.3 5 4.3-5" />,
  },
  bnb: {
    colour: "#8a6a00",
    mark: (
      <path
        {...stroke}
        d="m12 5 2.8 2.8M12 5 9.2 7.8M12 19l2.8-2.8M12 19l-2.8-2.8M5.2 12l1.6-1.6m10.4 0L18.8 12l-1.6 1.6m-10.4 0L5.2 12M12 9.4l2.6 2.6-2.6 2.6L9.4 12Z"
      />
    ),
  },
  sol: {
    colour: "#6a3fc4",
    mark: <path {...stroke} d="M8.6 7.5h8l-1.8 2h-8Zm0 7h8l-1.8 2h-8Zm-1.8-3.5h8l1.8 2h-8Z" />,
  },
  xrp: {
    colour: "#3f4a5a",
    mark: (
      <path
        {...stroke}
        d="m6.8 6.5 3.3 3.2a2.7 2.7 0 0 0 3.8 0l3.3-3.2M6.8 17.5l3.3-3.2a2.7 2.7 0 0 1 3.8 0l3.3 3.2"
      />
    ),
  },
  ada: {
    colour: "#1f55b5",
    mark: (
      <g fill="#fff">
        <circle cx="12" cy="12" r="1.9" />
        {[0, 60, 120, 180, 240, 300].map((angle) => (
          <circle key={angle} cx="12" cy="6.8" r="1.3" transform={`rotate(${angle} 12 12)`} />
        ))}
      </g>
    ),
  },
  link: {
    colour: "#2a5ada",
    mark: <path {...stroke} strokeWidth="2.4" d="m12 6 5.2 3v6L12 18l-5.2-3V9Z" />,
  },
};

export function CoinLogo({ coin }: { readonly coin: Coin }) {
  const { colour, mark } = LOGOS[coin];
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <circle cx="12" cy="12" r="12" fill={colour} />
      {mark}
    </svg>
  );
}

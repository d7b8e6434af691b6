/** The few icons of the site's own chrome, drawn on a 24-unit grid with the text's colour. */
type IconName = keyof typeof PATHS;

const PATHS = {
  light:
    "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM12 1v3M12 20v3M1 12h3M20 12h3M4.2 4.2l2.1 2.1M17.7 17.7l2.1 2.1M4.2 19.8l2.1-2.1M17.7 6.3l2.1-2.1",
  dark: "M20.5 14.2A8.5 8.5 0 0 1 9.8 3.5a8.5 8.5 0 1 0 10.7 10.7Z",
  system: "M3 4h18v12H3zM8 20h8M12 16v4",
  contents: "M4 6h16M4 12h16M4 18h10",
  close: "M5 5l14 14M19 5 5 19",
  link: "M10 14a4.5 4.5 0 0 0 6.4 0l3.2-3.2a4.5 4.5 0 0 0-6.4-6.4l-1.3 1.3M14 10a4.5 4.5 0 0 0-6.4 0l-3.2 3.2a4.5 4.5 0 0 0 6.4 6.4l1.3-1.3",
  print: "M7 9V3h10v6M7 18H4v-7a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v7h-3M7 14h10v7H7z",
  previous: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  retry: "M20 11a8 8 0 1 0-.7 4.6M20 4v7h-7",
} as const;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="1.15em"
      height="1.15em"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Three candlesticks: the publication's mark. */
export function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="1.5em" height="1.5em" aria-hidden="true" focusable="false">
      <g fill="currentColor">
        <path d="M5 5h1v14H5zM3 9h5v7H3z" />
        <path d="M11.500 2h1v20h-1zM9.500 5h5v12h-5z" opacity=".55" />
        <path d="M18 4h1v15h-1zM16 7h5v6h-5z" />
      </g>
    </svg>
  );
}

"use client";

import { createContext, type ReactNode, useContext } from "react";

export interface ErrorTexts {
  readonly title: string;
  readonly text: string;
  readonly retry: string;
}

const Context = createContext<ErrorTexts>({ title: "", text: "", retry: "" });

/** Gives the error page its texts: it runs in the browser, where no messages are loaded otherwise. */
export function ErrorTextsProvider({ texts, children }: { texts: ErrorTexts; children: ReactNode }) {
  return <Context value={texts}>{children}</Context>;
}

export const useErrorTexts = () => useContext(Context);

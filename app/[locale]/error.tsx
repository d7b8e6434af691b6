"use client";

import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { useErrorTexts } from "@/components/layout/error-texts";
import { Icon } from "@/components/layout/icons";
import { MessagePage } from "@/components/layout/message-page";

export default function ErrorPage({ reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const texts = useErrorTexts();
  const router = useRouter();
  // The data is read on the server: a reset alone would render the failed answer again.
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <main id="site-main" tabIndex={-1}>
      <MessagePage title={texts.title} text={texts.text}>
        <button type="button" onClick={retry}>
          <Icon name="retry" />
          {texts.retry}
        </button>
      </MessagePage>
    </main>
  );
}

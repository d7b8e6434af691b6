import { Component, type ReactNode } from "react";

interface CanvasBoundaryProps {
  readonly children: ReactNode;
  readonly onError: () => void;
}

/** Keeps a drawing that throws from taking the page with it. */
export class CanvasBoundary extends Component<CanvasBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch() {
    this.props.onError();
  }

  override render() {
    return this.state.failed ? null : this.props.children;
  }
}

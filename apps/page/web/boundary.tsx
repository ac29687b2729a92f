import { Component, type ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
}

/** Shows what to do if an error keeps the page from being drawn. */
export class Boundary extends Component<Props, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ hasFailed: true });
  }

  override render(): ComponentChildren {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main>
        <p role="alert">
          This page cannot be drawn. <a href="./">Open it without a selection</a>. If that does not help, the
          browser's console says what is wrong.
        </p>
      </main>
    );
  }
}

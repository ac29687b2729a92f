import { Component, type ComponentChild, type FunctionComponent, h } from "preact";

/** A component that is rendered again only if one of its properties has changed. */
export function memo<P extends object>(render: (props: P) => ComponentChild): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof P)[];
      return names.some((name) => this.props[name] !== next[name]);
    }

    override render(): ComponentChild {
      return h(render as FunctionComponent<P>, this.props as P);
    }
  }
  return (props) => h(Memo, props);
}

import * as pulumi from "@pulumi/pulumi";

/** What a server has in its environment beside what the program gives it. */
export type EnvironmentOf = (server: string) => Readonly<Record<string, string>>;

/** A program whose servers have more in their environment. */
export function withEnvironment<T>(
  program: () => Promise<T>,
  environmentOf: EnvironmentOf,
): () => Promise<T> {
  return () => {
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      if (type !== "streaming:process:Server") return undefined;
      return { props: { ...props, environment: { ...props.environment, ...environmentOf(name) } }, opts };
    });
    return program();
  };
}

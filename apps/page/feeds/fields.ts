import { parseFlinkTime } from "../../../clients/flink/time.ts";

/** The fields of a JSON object, each read as the requested type. */
export class Fields {
  private constructor(private readonly fields: Readonly<Record<string, unknown>>) {}

  /** @returns undefined if it is not a JSON object */
  static of(value: Buffer | null): Fields | undefined {
    try {
      const json: unknown = JSON.parse(String(value));
      return typeof json === "object" && json !== null
        ? new Fields(json as Readonly<Record<string, unknown>>)
        : undefined;
    } catch {
      return undefined;
    }
  }

  text(name: string): string {
    const value = this.fields[name];
    return typeof value === "string" ? value : "";
  }

  number(name: string): number | undefined {
    const value = this.fields[name];
    return typeof value === "number" ? value : undefined;
  }

  /** Epoch ms of a time as Flink writes it; undefined if it is not one. */
  time(name: string): number | undefined {
    return parseFlinkTime(this.fields[name]);
  }
}

import { afterEach, describe, expect, it, vi } from "vitest";
import { applyTheme, changeTheme, chosenTheme } from "../../../apps/page/web/theme.ts";

const refuse = () => {
  throw new DOMException("Access is denied for this document.", "SecurityError");
};

describe("the theme", () => {
  const dataset: { theme?: string } = {};
  const open = (localStorage: Partial<Storage>) => {
    delete dataset.theme;
    vi.stubGlobal("document", { documentElement: { dataset } });
    vi.stubGlobal("localStorage", localStorage);
    applyTheme();
  };
  afterEach(() => vi.unstubAllGlobals());

  it("can be chosen in a browser that blocks the storage", () => {
    open({ getItem: refuse, setItem: refuse });
    const chosen = [chosenTheme(), changeTheme(), changeTheme(), changeTheme()];
    expect(chosen).toEqual(["system", "light", "dark", "system"]);
    expect(dataset.theme).toBe("system");
  });

  it("is remembered by the browser", () => {
    const stored = new Map<string, string>();
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    open(storage);
    changeTheme();
    open(storage);
    expect(dataset.theme).toBe("light");
    stored.set("theme", "pink");
    open(storage);
    expect(dataset.theme).toBe("system");
  });
});

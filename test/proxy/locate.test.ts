import { beforeEach, describe, expect, it, vi } from "vitest";
import { Locator } from "../../src/proxy/locate.ts";
import { VirtualClock } from "../support/virtual-clock.ts";

const lookup = vi.hoisted(() => vi.fn());
vi.mock("node:dns/promises", () => ({ lookup }));

let clock: VirtualClock;
let locator: Locator;
beforeEach(() => {
  lookup.mockReset();
  clock = new VirtualClock();
  locator = new Locator(clock);
});

describe("numeric hosts need no resolver (RFC 3263 4)", () => {
  const rows: [string, string, number][] = [
    ["sip:192.0.2.1", "192.0.2.1", 5060],
    ["sip:a@192.0.2.1:5070;lr", "192.0.2.1", 5070],
    ["sip:[2001:DB8::1]", "2001:db8::1", 5060],
    ["sip:a@name.example;maddr=192.0.2.2", "192.0.2.2", 5060],
    ["sip:a@name.example:5070;maddr=[2001:db8::2]", "2001:db8::2", 5070],
    ["sip:192.0.2.1;transport=UDP", "192.0.2.1", 5060],
  ];
  it.each(rows)("%s", (uri, address, port) => {
    expect(locator.locate(uri)).toEqual({ ok: true, protocol: "udp", address, port });
    expect(locator.locate(uri)).toEqual({ ok: true, protocol: "udp", address, port });
    expect(lookup).not.toHaveBeenCalled();
  });
});

describe("cannot be sent to", () => {
  it.each(["tel:+1", "sip:", "sips:192.0.2.1", "sip:192.0.2.1;transport=tcp", "sip:192.0.2.1;transport=tls"])(
    "%s",
    (uri) => expect(locator.locate(uri)).toMatchObject({ ok: false }),
  );
});

describe("names", () => {
  it("are resolved once a minute, however many ask", async () => {
    lookup.mockResolvedValue({ address: "192.0.2.7" });
    const first = locator.locate("sip:name.example:5070");
    expect(locator.locate("sip:name.example:5070")).toBe(first);
    const target = { ok: true, protocol: "udp", address: "192.0.2.7", port: 5070 };
    expect(await first).toEqual(target);
    clock.advance(59_999);
    expect(locator.locate("sip:name.example:5070")).toEqual(target);
    clock.advance(1);
    expect(locator.locate("sip:name.example:5070")).toBeInstanceOf(Promise);
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  it("that there are not fail, and are asked for again", async () => {
    lookup.mockRejectedValue(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    for (let i = 0; i < 2; i++) {
      expect(await locator.locate("sip:no.example")).toMatchObject({
        ok: false,
        reason: expect.stringContaining("ENOTFOUND"),
      });
    }
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  it("more than a thousand at one time are not resolved", async () => {
    let finish = (_: { address: string }): void => {};
    lookup.mockReturnValue(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    const running = Array.from({ length: 1000 }, (_, i) => locator.locate(`sip:a${i}.example`));
    expect(locator.locate("sip:late.example")).toMatchObject({ ok: false });
    finish({ address: "192.0.2.7" });
    await Promise.all(running);
    expect(locator.locate("sip:late.example")).toBeInstanceOf(Promise);
  });
});

/** A request as an algorithm sees it (dispatch/algorithm.ts). Each part is worked out only if the algorithm asks. */
import type { PickInput, UriKey } from "../dispatch/algorithm.ts";
import { HeaderId } from "../sip/header-name.ts";
import { parseUri, type SipUri } from "../sip/uri.ts";
import { expandPvs, type PvContext } from "./pseudo-variables.ts";

export class RequestPickInput implements PickInput {
  readonly #context: PvContext;
  readonly #userOnly: boolean;
  readonly #hashPvar: string;

  /** `userOnly`: parameter `flags` bit 1. */
  constructor(context: PvContext, userOnly: boolean, hashPvar: string) {
    this.#context = context;
    this.#userOnly = userOnly;
    this.#hashPvar = hashPvar;
  }

  get method(): string {
    const { message } = this.#context.view;
    return message.kind === "request" ? message.method : "";
  }

  get callId(): string | undefined {
    return this.#context.view.message.callId;
  }

  get from(): UriKey | undefined {
    return this.#key(this.#context.view.message.from?.uri);
  }

  get to(): UriKey | undefined {
    return this.#key(this.#context.view.message.to?.uri);
  }

  get requestUri(): UriKey | undefined {
    return this.#key(this.#context.requestUri);
  }

  get authUser(): string | undefined {
    const { message } = this.#context.view;
    for (const id of [HeaderId.PROXY_AUTHORIZATION, HeaderId.AUTHORIZATION]) {
      const match = USERNAME.exec(message.first(id) ?? "");
      const user = match && userOf((match[1] ?? match[2] ?? "").trim());
      if (user) return user;
    }
    return undefined;
  }

  get hashText(): string | undefined {
    return this.#hashPvar === "" ? undefined : expandPvs(this.#hashPvar, this.#context).trim();
  }

  get sourceIp(): string {
    return this.#context.view.sourceIp;
  }

  #key(uri: string | undefined): UriKey | undefined {
    if (uri === undefined) return undefined;
    const parsed = parseUri(uri);
    if (parsed === undefined) return this.#telKey(uri);
    return { user: parsed.user, hostport: this.#userOnly ? undefined : hostportKey(parsed) };
  }

  /** RFC 3966: the number is the user, and there is no host. */
  #telKey(uri: string): UriKey | undefined {
    const number = /^tel:([^;?\s]+)/i.exec(uri)?.[1];
    return number === undefined ? undefined : { user: number, hostport: this.#userOnly ? undefined : "" };
  }
}

/** A value in quotes, or a bare token. */
const USERNAME = /\busername\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))/i;

/** The user of `user@realm` and of a SIP URI; all of it where nothing is before the `@`. */
function userOf(username: string): string {
  const at = username.indexOf("@");
  const scheme = /^sips?:/i.exec(username)?.[0].length ?? 0;
  return at > scheme ? username.slice(scheme, at) : username;
}

/** Host, and the port where one is written that is not the default of the scheme; both as written. */
function hostportKey(uri: SipUri): string {
  const defaultPort = uri.scheme === "sips" ? 5061 : 5060;
  return uri.portText === undefined || uri.port === defaultPort ? uri.host : `${uri.host}:${uri.portText}`;
}

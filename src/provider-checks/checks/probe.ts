import { Egress, EgressError } from '../../egress/index.js';
import type { EndpointRequest } from '../../oauth/index.js';

/** For all the requests of one check. */
const TOTAL_MS = 30_000;

/** What is read of an answer; of a web page that is more than enough. */
const MAX_BYTES = 65_536;

export interface ProbedAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long it took, in milliseconds. */
  tookMs: number;
}

/** What came of one request: an answer, whatever it says, or the reason why there is none. */
export type Probed = ProbedAnswer | EgressError;

/** Makes the requests of one check, within one deadline. No redirect is followed, and nothing is asked twice. */
export class Probe {
  private readonly endsAt = performance.now() + TOTAL_MS;

  constructor(
    private readonly egress: Egress,
    private readonly timeoutMs: number,
  ) {}

  /** As a browser would. */
  get(url: string): Promise<Probed> {
    return this.ask({ method: 'GET', url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  }

  post({ url, headers, body }: EndpointRequest): Promise<Probed> {
    return this.ask({ method: 'POST', url, headers, body });
  }

  private async ask(request: { method: string } & Pick<EndpointRequest, 'url' | 'headers'> & { body?: string }) {
    const began = performance.now();
    const timeoutMs = Math.max(1, Math.min(this.timeoutMs, Math.round(this.endsAt - began)));
    const limits = {
      timeoutMs,
      maxResponseBytes: MAX_BYTES,
      overflow: 'truncate',
      credential: true,
      lane: 'oauth',
    } as const;
    try {
      const { status, headers, body } = await this.egress.request({ ...request, ...limits });
      return { status, headers, body: body.toString('utf8'), tookMs: performance.now() - began };
    } catch (error) {
      if (error instanceof EgressError) return error;
      throw error;
    }
  }
}

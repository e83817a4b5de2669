import { Egress, EgressError } from '../../egress/index.js';
import type { EndpointRequest } from '../../oauth/index.js';

/** Time limit for all requests of one check. */
const CHECK_TIMEOUT_MS = 30_000;

/** Maximum size of a response; the rest is not read. */
const MAX_BYTES = 65_536;

export interface ProbeResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Time until the response was complete, in milliseconds. */
  tookMs: number;
}

/** Result of one request: a response with any status, or the error if there was none. */
export type ProbeResult = ProbeResponse | EgressError;

/** Makes the requests of one check within one deadline. It follows no redirects and does not retry. */
export class Probe {
  private readonly deadline = performance.now() + CHECK_TIMEOUT_MS;

  constructor(
    private readonly egress: Egress,
    private readonly tenantId: string,
    private readonly timeoutMs: number,
  ) {}

  /** Requests a page as a browser would. */
  get(url: string): Promise<ProbeResult> {
    return this.request({ method: 'GET', url, headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  }

  send(request: EndpointRequest): Promise<ProbeResult> {
    return this.request(request);
  }

  private async request(request: { method: string } & Pick<EndpointRequest, 'url' | 'headers'> & { body?: string }) {
    const startedAt = performance.now();
    const timeoutMs = Math.max(1, Math.min(this.timeoutMs, Math.round(this.deadline - startedAt)));
    const limits = {
      tenantId: this.tenantId,
      timeoutMs,
      maxResponseBytes: MAX_BYTES,
      overflow: 'truncate',
      credential: true,
      trafficClass: 'oauth',
    } as const;
    try {
      const { status, headers, body } = await this.egress.request({ ...request, ...limits });
      return { status, headers, body: body.toString('utf8'), tookMs: performance.now() - startedAt };
    } catch (error) {
      if (error instanceof EgressError) return error;
      throw error;
    }
  }
}

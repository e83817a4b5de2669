import type { AuthorizationServer } from '../../support/authorization-server.js';
import type { Grant } from '../../support/provider/grants.js';

/** A time in which a refresh in flight may be lost, because the process that waits for it was killed or paused. */
export interface RiskWindow {
  from: number;
  to: number;
}

/** Milliseconds between the provider's receipt of a token request and the moment when its result is surely stored, without a fault. */
const IN_FLIGHT_MS = 3000;

/** Codes and refresh tokens as the provider has seen them. */
export class ProviderLedger {
  readonly risks: RiskWindow[] = [];
  private readonly presented = new Map<string, number[]>();
  private readonly users = new Map<Grant, string>();

  constructor(private readonly provider: AuthorizationServer) {}

  /** Records a token request. */
  record(params: Record<string, string>): void {
    const token = params['code'] ?? params['refresh_token'] ?? '';
    this.presented.set(token, [...(this.presented.get(token) ?? []), Date.now()]);
  }

  recordSignIn(code: string, user: string): void {
    const grant = this.provider.grantFor(code);
    if (grant) this.users.set(grant, user);
  }

  /** Returns the user to whom an access token was granted. */
  ownerOf(accessToken: string): string | undefined {
    const grant = this.provider.grantOf(accessToken);
    return grant && this.users.get(grant);
  }

  count(kind: 'code' | 'refresh'): number {
    return [...this.presented.keys()].filter((token) => token.startsWith(kind)).length;
  }

  /** Returns the codes or refresh tokens that were sent more than once, and how many of them a crash or pause explains. */
  usedTwice(kind: 'code' | 'refresh'): { tokens: string[]; excused: number } {
    const repeated = [...this.presented].filter(([token, times]) => token.startsWith(kind) && times.length > 1);
    const tokens = repeated.filter(([, [first = 0]]) => !this.isAtRisk(first)).map(([token]) => token);
    return { tokens, excused: repeated.length - tokens.length };
  }

  /** Returns the refresh tokens that are valid at the provider. */
  validRefreshTokens(): string[] {
    return [...this.provider.refreshTokens];
  }

  userOf(token: string): string {
    const grant = this.provider.grantOf(token);
    return (grant && this.users.get(grant)) ?? 'a sign-in that was not completed';
  }

  /** Whether the last refresh of a user was in flight when a process was killed or paused. */
  isUserAtRisk(user: string): boolean {
    const grants = [...this.users].filter(([, owner]) => owner === user).map(([grant]) => grant);
    return grants.some((grant) => this.isGrantAtRisk(grant));
  }

  isTokenAtRisk(token: string): boolean {
    const grant = this.provider.grantOf(token);
    return grant !== undefined && this.isGrantAtRisk(grant);
  }

  private isGrantAtRisk({ tokens, code }: Grant): boolean {
    return [code, ...tokens].some((token) => (this.presented.get(token) ?? []).some((at) => this.isAtRisk(at)));
  }

  private isAtRisk(presentedAt: number): boolean {
    return this.risks.some(({ from, to }) => presentedAt >= from - IN_FLIGHT_MS && presentedAt <= to);
  }
}

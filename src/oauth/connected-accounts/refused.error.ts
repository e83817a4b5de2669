/** A browser that is shown nothing; `reason` says which page it gets. Nothing was changed. */
export class ConnectedAccountsRefusedError extends Error {
  /** @param tenantId whose page it is, where that is known */
  constructor(
    readonly reason: 'unknown' | 'expired' | 'other_browser' | 'elsewhere',
    readonly tenantId?: string,
  ) {
    super(`the connected accounts cannot be shown: ${reason}`);
    this.name = 'ConnectedAccountsRefusedError';
  }
}

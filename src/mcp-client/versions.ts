/** The revision without a handshake. */
export const STATELESS_VERSION = '2026-07-28';

/** The revisions that begin with `initialize` and use Streamable HTTP, newest first. */
export const HANDSHAKE_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26'];

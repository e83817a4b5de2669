import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/index.js';
import { Metrics } from '../../metrics/index.js';
import { CallReservation } from './call-reservation.js';
import { MemoryBudget } from './memory-budget.js';

/** Bytes of memory for each byte of a body until the call ends: as received, joined, as text, and as JSON on its way to the caller. */
export const MEMORY_PER_BYTE = {
  text: 4,
  /** Also for JSON, which may contain files: base64 comes on top. */
  file: 6,
  /** A file that is sent to the upstream. */
  sentFile: 4,
};

/** The part of the memory that is for files on their way to upstreams. */
const SENT_FILES_SHARE = 1 / 5;

/** The part of the memory, and of the memory for one host, that one tenant gets at most. */
const TENANT_SHARE = 3 / 4;

/**
 * Limits the memory that all calls and imports together hold for large bodies, of responses and of requests; and the memory for bodies of one host
 * to half of that, so that a host that sends slowly does not block all others. One tenant gets at most three quarters of either. A call that finds
 * no free memory waits before it reads on, until its deadline.
 *
 * Files that are fetched to be sent have a budget of their own. A call needs memory for its response while it holds them, and a call that holds a
 * part of a response never needs memory for files to be sent: calls wait in one direction only, so the wait ends.
 */
@Injectable()
export class BufferMemory {
  private readonly sentFiles: MemoryBudget;
  private readonly responses: MemoryBudget;

  constructor(
    { call: { maxHeldBytes } }: Settings,
    private readonly metrics: Metrics,
  ) {
    const forSentFiles = Math.floor(maxHeldBytes * SENT_FILES_SHARE);
    this.sentFiles = createBudget(forSentFiles);
    this.responses = createBudget(maxHeldBytes - forSentFiles);
  }

  /** Creates the empty reservation of one call or import of a tenant. */
  openCall(tenantId: string): CallReservation {
    return new CallReservation(tenantId, this.sentFiles, this.responses, this.metrics);
  }
}

function createBudget(bytes: number): MemoryBudget {
  const ofAll = { total: bytes, perHost: Math.floor(bytes / 2) };
  const ofTenant = { total: Math.floor(bytes * TENANT_SHARE), perHost: Math.floor(ofAll.perHost * TENANT_SHARE) };
  return new MemoryBudget(ofAll, ofTenant);
}

import type { HttpReply } from './http-request.js';

/** Returns a signal that aborts when the client disconnects before it has received the response. */
export function disconnectSignal(reply: HttpReply): AbortSignal {
  const controller = new AbortController();
  onClose(reply, () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}

/** Runs a callback when a response has been sent or its client has disconnected; at once if that has already happened. */
export function onClose({ raw }: HttpReply, callback: () => void): void {
  if (raw.closed) callback();
  else raw.once('close', callback);
}

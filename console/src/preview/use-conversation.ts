import { useEffect, useState, useSyncExternalStore } from 'react';
import { callOperation } from '../queries/calls';
import { waitForSignIn } from '../sign-ins/wait-for-sign-in';
import { Conversation, type ConversationDependencies, type Entry } from './conversation';
import type { useAlwaysAllowed } from './use-always-allowed';

type AlwaysAllowed = ReturnType<typeof useAlwaysAllowed>;

const NO_ENTRIES: readonly Entry[] = [];

/** A conversation that is closed when its page is left. */
export function useConversation(gptId: string, allowed: AlwaysAllowed) {
  const [conversation, setConversation] = useState(() => new Conversation(dependencies(gptId, allowed)));
  useEffect(() => {
    // In development React runs effects twice: a closed conversation is replaced.
    if (conversation.isClosed) setConversation(new Conversation(dependencies(gptId, allowed)));
    return () => conversation.close();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `allowed` reads the current list each time
  }, [conversation, gptId]);
  const entries = useSyncExternalStore(conversation.subscribe, conversation.snapshot, () => NO_ENTRIES);
  return { conversation, entries };
}

function dependencies(gptId: string, { has, add }: AlwaysAllowed): ConversationDependencies {
  return {
    call: (body, signal) => callOperation(gptId, body, signal),
    waitForSignIn,
    isAlwaysAllowed: has,
    alwaysAllow: (operation) => void add(operation),
  };
}

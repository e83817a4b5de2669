import { useEffect, useState, useSyncExternalStore } from 'react';
import { runToolCalls } from '../queries/calls';
import { pause, waitForSignIn } from '../sign-ins/wait-for-sign-in';
import { Conversation, type ConversationDependencies } from './conversation';
import type { Turn } from './turn';
import type { useAlwaysAllowed } from './use-always-allowed';

type AlwaysAllowed = ReturnType<typeof useAlwaysAllowed>;

const NO_TURNS: readonly Turn[] = [];

/** A conversation that is closed when its page is left. */
export function useConversation(gptId: string, allowed: AlwaysAllowed) {
  const [conversation, setConversation] = useState(() => new Conversation(dependencies(gptId, allowed)));
  useEffect(() => {
    // In development React runs effects twice: a closed conversation is replaced.
    if (conversation.isClosed) setConversation(new Conversation(dependencies(gptId, allowed)));
    return () => conversation.close();
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `allowed` reads the current list each time
  }, [conversation, gptId]);
  const turns = useSyncExternalStore(conversation.subscribe, conversation.snapshot, () => NO_TURNS);
  return { conversation, turns };
}

function dependencies(gptId: string, { has, add }: AlwaysAllowed): ConversationDependencies {
  return {
    run: (request, signal) => runToolCalls(gptId, request, signal),
    waitForSignIn,
    pause,
    isAlwaysAllowed: has,
    alwaysAllow: (operation) => void add(operation),
  };
}

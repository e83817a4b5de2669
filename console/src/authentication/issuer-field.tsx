import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Schema } from '../api/api';
import { fieldMistakes, messageOf } from '../api/problem';
import { Discovered } from './discovered';
import type { Draft } from './draft';
import { TextField } from './fields';
import { useForm } from './form-state';
import { inWords } from './labels';

const COMPARED = ['authorization_url', 'token_url', 'revocation_url', 'scope'] as const;
const FILLED = ['authorization_url', 'token_url', 'revocation_url'] as const;

/** The issuer, whose metadata fills what is empty. What somebody has typed stays, and is compared with it. */
export function IssuerField() {
  const { draft, set, mistakes } = useForm();
  const [askedFor, setAskedFor] = useState('');
  const [filled, setFilled] = useState<string[]>([]);
  const discover = useMutation({
    gcTime: 0,
    mutationFn: () => api.post<Schema<'DiscoveredDto'>>('/v1/oauth/discover', questionOf(draft)),
    onMutate: () => setAskedFor(draft.issuer),
    onSuccess: ({ found, issuer }) => {
      const names = FILLED.filter((name) => draft[name] === '' && found[name]);
      const changes: Partial<Draft> = Object.fromEntries(names.map((name) => [name, found[name]]));
      const method = isFresh(draft) ? { token_exchange_method: found.token_exchange_method } : {};
      set({ issuer, ...method, ...changes });
      setAskedFor(issuer);
      setFilled([...names, ...Object.keys(method)]);
    },
  });
  const isCurrent = draft.issuer === askedFor;
  const failure =
    isCurrent && discover.error ? (fieldMistakes(discover.error)['issuer'] ?? messageOf(discover.error)) : undefined;
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-start" wrap="wrap">
        <TextField
          name="issuer"
          placeholder="https://auth.example.com"
          inputMode="url"
          help="The provider’s identifier, or the URL of its metadata. With it the provider’s answers are held to it."
          error={failure ? inWords(failure) : mistakes['issuer']}
          flex="1 1 260px"
        />
        <Button
          variant="default"
          mt={{ base: 0, sm: 25 }}
          disabled={draft.issuer.trim() === ''}
          loading={discover.isPending}
          onClick={() => discover.mutate()}
        >
          Fill in from issuer
        </Button>
      </Group>
      {isCurrent && discover.data && <Discovered discovered={discover.data} filled={filled} />}
    </Stack>
  );
}

/** Nothing has been said of the provider yet, so that the method is the form's default and nobody's choice. */
function isFresh({ authorization_url, token_url }: Draft): boolean {
  return authorization_url === '' && token_url === '';
}

function questionOf(draft: Draft): Schema<'DiscoverDto'> {
  const { token_exchange_method, pkce } = draft;
  return {
    issuer: draft.issuer.trim(),
    ...Object.fromEntries(COMPARED.filter((name) => draft[name] !== '').map((name) => [name, draft[name]])),
    ...(!isFresh(draft) && ({ token_exchange_method, pkce } as object)),
  };
}

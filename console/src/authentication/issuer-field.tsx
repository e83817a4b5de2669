import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { fieldErrors, messageOf } from '../api/problem';
import type { Schema } from '../api/types';
import { useDiscover } from '../queries/providers';
import { DiscoveredMetadata } from './discovered-metadata';
import type { Draft } from './draft';
import { TextField } from './fields';
import { useForm } from './form-context';
import { inFormWords } from './labels';

const COMPARED = ['authorization_url', 'token_url', 'revocation_url', 'scope'] as const;
const FILLED = ['authorization_url', 'token_url', 'revocation_url'] as const;

/** The issuer. Its metadata fills in empty fields and is compared with the others. */
export function IssuerField() {
  const { draft, set, errors } = useForm();
  const [readIssuer, setReadIssuer] = useState('');
  const [filled, setFilled] = useState<string[]>([]);
  const discovery = useDiscover();
  const discover = () => {
    setReadIssuer(draft.issuer);
    discovery.mutate(discoveryRequest(draft), {
      onSuccess: ({ found, issuer }) => {
        const names = FILLED.filter((name) => draft[name] === '' && found[name]);
        const changes: Partial<Draft> = Object.fromEntries(names.map((name) => [name, found[name]]));
        const method = hasNoEndpoints(draft) ? { token_exchange_method: found.token_exchange_method } : {};
        set({ issuer, ...method, ...changes });
        setReadIssuer(issuer);
        setFilled([...names, ...Object.keys(method)]);
      },
    });
  };
  const isCurrent = draft.issuer === readIssuer;
  const discoveryError =
    isCurrent && discovery.error ? (fieldErrors(discovery.error)['issuer'] ?? messageOf(discovery.error)) : undefined;
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-start" wrap="wrap">
        <TextField
          name="issuer"
          placeholder="https://auth.example.com"
          inputMode="url"
          help="The provider’s issuer identifier, or the URL of its metadata. If set, the provider’s responses are verified against it."
          error={discoveryError ? inFormWords(discoveryError) : errors['issuer']}
          flex="1 1 260px"
        />
        <Button
          variant="default"
          mt={{ base: 0, sm: 25 }}
          disabled={draft.issuer.trim() === ''}
          loading={discovery.isPending}
          onClick={discover}
        >
          Fill in from issuer
        </Button>
      </Group>
      {isCurrent && discovery.data && <DiscoveredMetadata discovered={discovery.data} filled={filled} />}
    </Stack>
  );
}

/** Without endpoints, the token exchange method is the form's default rather than a choice. */
function hasNoEndpoints({ authorization_url, token_url }: Draft): boolean {
  return authorization_url === '' && token_url === '';
}

function discoveryRequest(draft: Draft): Schema<'DiscoverDto'> {
  const { token_exchange_method, pkce } = draft;
  return {
    issuer: draft.issuer.trim(),
    ...Object.fromEntries(COMPARED.filter((name) => draft[name] !== '').map((name) => [name, draft[name]])),
    ...(!hasNoEndpoints(draft) && ({ token_exchange_method, pkce } as object)),
  };
}

import { MultiSelect } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { actionQueries } from '../queries/actions';
import { gptQueries } from '../queries/gpts';

interface RestrictionFieldsProps {
  gptIds: string[];
  operationIds: string[];
  change: (changes: { gptIds?: string[]; operationIds: string[] }) => void;
  errors: Record<string, string>;
}

const SELECT = { searchable: true, limit: 100, nothingFoundMessage: 'No match', hidePickedOptions: true };

/** The API allows no more for a key. */
const MAX_OPERATIONS = 100;

/** The GPTs and operations that a runtime key is restricted to. */
export function RestrictionFields({ gptIds, operationIds, change, errors }: RestrictionFieldsProps) {
  const gpts = useQuery(gptQueries.list()).data ?? [];
  const actions = useQueries({
    queries: gptIds.map((id) => actionQueries.list(id)),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
  const nameOf = (gptId: string) => gpts.find(({ id }) => id === gptId)?.name ?? gptId;
  const errorOf = (name: string) => Object.entries(errors).find(([field]) => field.startsWith(name))?.[1];
  const changeGpts = (ids: string[]) => {
    const left = actions.filter(({ gpt_id }) => ids.includes(gpt_id)).map(({ id }) => `${id}/`);
    change({ gptIds: ids, operationIds: operationIds.filter((id) => left.some((action) => id.startsWith(action))) });
  };
  return (
    <>
      <MultiSelect
        {...SELECT}
        label="GPTs"
        description="Leave empty for all GPTs, including future ones."
        placeholder={gptIds.length === 0 ? 'All GPTs' : undefined}
        data={gpts.map(({ id, name }) => ({ value: id, label: name }))}
        value={gptIds}
        onChange={changeGpts}
        error={errorOf('gpt_ids')}
      />
      {actions.length > 0 && (
        <MultiSelect
          {...SELECT}
          label="Operations"
          description="Leave empty for all operations of these GPTs, including future ones."
          placeholder={operationIds.length === 0 ? 'All operations' : undefined}
          data={actions.map(({ id, gpt_id, title, operations }) => ({
            group: gptIds.length > 1 ? `${title} (${nameOf(gpt_id)})` : title,
            items: operations.map(({ operation_id }) => ({ value: `${id}/${operation_id}`, label: operation_id })),
          }))}
          value={operationIds}
          maxValues={MAX_OPERATIONS}
          onChange={(ids) => change({ operationIds: ids })}
          error={errorOf('operation_ids')}
        />
      )}
    </>
  );
}

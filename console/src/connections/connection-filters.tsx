import { useQuery } from '@tanstack/react-query';
import { actionQueries } from '../queries/actions';
import type { ConnectionFilter } from '../queries/connections';
import { gptQueries } from '../queries/gpts';
import { FilterBar, FilterSelect, FilterText } from '../ui/filters';
import { isStatus, STATUS_LABELS } from './connection-status';

const STATUSES = Object.entries(STATUS_LABELS).map(([value, label]) => ({ value, label }));

interface ConnectionFiltersProps {
  filter: ConnectionFilter;
  change: (changes: ConnectionFilter) => void;
}

export function ConnectionFilters({ filter, change }: ConnectionFiltersProps) {
  const { gpt_id: gptId, action_id: actionId, user_prefix: userPrefix, status } = filter;
  const gpts = useQuery(gptQueries.list());
  const actions = useQuery({ ...actionQueries.list(gptId ?? ''), enabled: gptId !== undefined });
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => change({ user_prefix: undefined, gpt_id: undefined, action_id: undefined, status: undefined });
  return (
    <FilterBar clear={isFiltered ? clear : undefined}>
      <FilterText
        label="User"
        placeholder="Start of the user id"
        value={userPrefix}
        change={(prefix) => change({ user_prefix: prefix })}
        width={240}
      />
      <FilterSelect
        label="GPT"
        placeholder="All GPTs"
        options={(gpts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={gptId}
        change={(next) => change({ gpt_id: next, action_id: undefined })}
      />
      <FilterSelect
        label="Action"
        placeholder={gptId || actionId ? 'All actions' : 'Choose a GPT first'}
        disabled={!gptId && !actionId}
        options={(actions.data ?? []).map(({ id, title, domain }) => ({ value: id, label: `${title} (${domain})` }))}
        value={actionId}
        change={(next) => change({ action_id: next })}
      />
      <FilterSelect
        label="Status"
        placeholder="Any status"
        options={STATUSES}
        value={status}
        change={(next) => change({ status: isStatus(next) ? next : undefined })}
      />
    </FilterBar>
  );
}

import type { Gpt } from '../queries/gpts';
import type { SignInFilter } from '../queries/sign-ins';
import { FilterBar, FilterSelect, FilterText } from '../ui/filters';
import { isStatus, STATUS_LABELS } from './sign-in-status';

const STATUSES = Object.entries(STATUS_LABELS).map(([value, label]) => ({ value, label }));

interface SignInFiltersProps {
  gpts: Gpt[];
  filter: SignInFilter;
  change: (changes: SignInFilter) => void;
}

export function SignInFilters({ gpts, filter, change }: SignInFiltersProps) {
  const isFiltered = Object.keys(filter).length > 0;
  const clear = () => change({ user: undefined, gpt_id: undefined, action_id: undefined, status: undefined });
  return (
    <FilterBar clear={isFiltered ? clear : undefined}>
      <FilterText label="User" placeholder="A user id" value={filter.user} change={(user) => change({ user })} />
      <FilterSelect
        label="GPT"
        placeholder="All GPTs"
        options={gpts.map(({ id, name }) => ({ value: id, label: name }))}
        value={filter.gpt_id}
        change={(gptId) => change({ gpt_id: gptId })}
      />
      <FilterSelect
        label="Status"
        placeholder="Any status"
        options={STATUSES}
        value={filter.status}
        change={(status) => change({ status: isStatus(status) ? status : undefined })}
      />
    </FilterBar>
  );
}

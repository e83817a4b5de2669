import { Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import type { ImportReport } from '../queries/actions';
import { Caution } from '../ui/caution';
import { CopyButton } from '../ui/copy-button';
import { Facts } from '../ui/facts';
import { FieldErrorList } from '../ui/field-error-list';
import { plural } from '../ui/plural';

type ActionReport = ImportReport['actions'][number];

const FORMATS: Record<ImportReport['form'], string> = {
  plugin_manifest: 'a plugin manifest',
  chatgpt_action: 'a ChatGPT action',
  librechat_action: 'a LibreChat action',
};

interface ImportReportProps {
  report: ImportReport;
  openAction: (actionId: string) => void;
}

/** The actions that an import has created, each with what to do next, and what was not imported. */
export function ImportedActions({ report: { actions, not_imported }, openAction }: ImportReportProps) {
  return (
    <Stack>
      <Text component="output">{plural(actions.length, 'action')} imported.</Text>
      {actions.map((imported) => (
        <ImportedAction key={imported.action.id} imported={imported} openAction={openAction} />
      ))}
      {not_imported.length > 0 && (
        <section aria-label="Not imported">
          <Title order={3} size="h5">
            Not imported
          </Title>
          <FieldErrorList errors={not_imported} />
        </section>
      )}
    </Stack>
  );
}

function ImportedAction({
  imported: { action, imported_from, callback_url, to_do, differences },
  openAction,
}: {
  imported: ActionReport;
  openAction: ImportReportProps['openAction'];
}) {
  return (
    <Paper withBorder p="md" component="section" aria-label={action.title}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Title order={3} size="h5">
            {action.title}
          </Title>
          <Button variant="default" size="compact-sm" onClick={() => openAction(action.id)}>
            Go to the action
          </Button>
        </Group>
        <Facts
          facts={[
            ['From', FORMATS[imported_from.format]],
            ['Domain', action.domain],
            ['Callback URL', callback_url],
          ]}
        />
        {callback_url !== null && (
          <Group>
            <CopyButton size="compact-sm" text={callback_url} name="callback URL" />
          </Group>
        )}
        {to_do.length > 0 && (
          <Caution title="Complete these by hand">
            <FieldErrorList errors={to_do} />
          </Caution>
        )}
        {differences.length > 0 && (
          <Text size="sm" component="details">
            <summary>What is different from before</summary>
            <List size="sm">
              {differences.map(({ code, message }) => (
                <List.Item key={code}>{message}</List.Item>
              ))}
            </List>
          </Text>
        )}
      </Stack>
    </Paper>
  );
}

import { Paper, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

interface DataTableProps {
  label: string;
  /** Below this width the table scrolls sideways. */
  minWidth: number;
  /** The headings of its columns. */
  columns: string[];
  /** The label of a last column with buttons; it is not shown. */
  actions?: string;
  /** Its rows. */
  children: ReactNode;
}

/** A table in a frame. If it does not fit, it scrolls within the frame, also by keyboard. */
export function DataTable({ label, minWidth, columns, actions, children }: DataTableProps) {
  return (
    <Paper withBorder style={{ overflow: 'hidden' }}>
      <Table.ScrollContainer
        minWidth={minWidth}
        scrollAreaProps={{
          offsetScrollbars: false,
          viewportProps: { tabIndex: 0, role: 'region', 'aria-label': label },
        }}
      >
        <Table
          verticalSpacing="sm"
          highlightOnHover
          className={classes['table']}
          data-actions={actions !== undefined || undefined}
        >
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
              {actions !== undefined && (
                <Table.Th>
                  <span className="visually-hidden">{actions}</span>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>{children}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

import { Table, UnstyledButton } from '@mantine/core';
import '@mantine/core/styles/Table.layer.css';
import { IconArrowDown, IconArrowUp, IconSelector } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Defined, definitionOf } from './Defined';
import { measure } from './measures';
import classes from './reports.module.css';
import { cellText } from './table';
import type { Report } from './types';

export interface Sort {
  id: string;
  down: boolean;
}

export interface NamedRow {
  key: string;
  label: string;
  report: Report;
}

interface Props {
  first: string;
  caption: string;
  columns: readonly string[];
  rows: readonly NamedRow[];
  total: NamedRow;
  definitions: Record<string, string>;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
  /** Whether the figures of a row can be opened. */
  opens: (row: NamedRow) => boolean;
  onOpen: (measureID: string, row: NamedRow) => void;
}

export function ReportTable({ first, caption, columns, rows, total, definitions, sort, onSort, opens, onOpen }: Props) {
  const { t } = useTranslation('reports');
  return (
    <Table.ScrollContainer minWidth={180 + columns.length * 104} className={classes.panel}>
      <Table className={classes.table} highlightOnHover horizontalSpacing="sm" verticalSpacing="xs">
        <Table.Caption className={classes.hidden}>{caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" className={classes.first}>{first}</Table.Th>
            {columns.map((id) => {
              const sorted = sort?.id === id ? (sort.down ? 'descending' : 'ascending') : 'none';
              const title = t(`measure.${id}`);
              const Icon = sorted === 'descending' ? IconArrowDown : sorted === 'ascending' ? IconArrowUp : IconSelector;
              return (
                <Table.Th key={id} scope="col" aria-sort={sorted} className={classes.num}>
                  <span className={classes.headCell}>
                    <UnstyledButton className={classes.sort} title={t('sortBy', { title })}
                      onClick={() => onSort({ id, down: sorted !== 'descending' })}>
                      {title}{'\u00A0'}<Icon size={13} aria-hidden className={classes.sortIcon} data-on={sorted !== 'none' || undefined} />
                    </UnstyledButton>
                    <Defined title={title} text={definitionOf(definitions, measure(id))} />
                  </span>
                </Table.Th>
              );
            })}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => <Row key={row.key} row={row} columns={columns} open={opens(row)} onOpen={onOpen} />)}
        </Table.Tbody>
        <Table.Tfoot>
          <Row row={total} columns={columns} open onOpen={onOpen} />
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ row, columns, open, onOpen }: { row: NamedRow; columns: readonly string[]; open: boolean; onOpen: Props['onOpen'] }) {
  const { t, i18n } = useTranslation('reports');
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.first} dir="auto">{row.label}</Table.Th>
      {columns.map((id) => {
        const m = measure(id);
        const text = cellText(m, row.report, i18n.language);
        const opensThis = open && m.facts !== undefined && text !== null && m.value(row.report) !== 0;
        return (
          <Table.Td key={id} className={classes.num}>
            {opensThis ? (
              <UnstyledButton className={classes.figure} onClick={() => onOpen(id, row)}>{text}</UnstyledButton>
            ) : (
              <span className={text === null || m.value(row.report) === 0 ? classes.soft : undefined}>{text ?? t('none')}</span>
            )}
          </Table.Td>
        );
      })}
    </Table.Tr>
  );
}

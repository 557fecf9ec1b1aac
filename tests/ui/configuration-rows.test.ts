import { describe, expect, test } from 'vitest';
import type { SettingEntry, Settings } from '#model/settings.ts';
import { EMPTY_SNAPSHOT } from '#model/snapshot.ts';
import { translator } from '#ui/i18n/translate.ts';
import { placeColumns, tableCell } from '#ui/lines/columns.ts';
import { settingColumns } from '#ui/views/configuration/columns.ts';
import { settingDetails } from '#ui/views/configuration/details.ts';
import { type SettingRow, settingRows, shownRows } from '#ui/views/configuration/rows.ts';
import { maskSecrets } from '#ui/views/configuration/secrets.ts';
import { exampleFleet, SETTINGS } from './fleet.ts';
import { contextOf, textOf } from './view-context.ts';

const t = translator('en');

function rowsOf(entries: readonly SettingEntry[], over: Partial<Settings> = {}): SettingRow[] {
  return settingRows({ settings: { ...SETTINGS, ...over, entries } }, t);
}

describe('what is in force', () => {
  test('is every key with its value, where it came from and what it means', () => {
    const entry = { key: 'HTTP_TIMEOUT', value: '10', source: 'environment' } as const;
    expect(rowsOf([entry])[0]).toEqual({
      id: 'HTTP_TIMEOUT',
      key: 'HTTP_TIMEOUT',
      value: '10',
      from: 'environment',
      origin: 'chosen',
      meaning: 'seconds to connect and answer; a ping never outlives its interval',
      entry,
    });
  });

  test('names the source of each in the reader’s language, files by their names', () => {
    const sources = ['environment', '.env', 'config_workers.json', 'default'] as const;
    const entries = sources.map((source) => ({ key: 'TASK_TIMEOUT', value: '1', source }));
    const spanish = settingRows({ settings: { ...SETTINGS, entries } }, translator('es'));
    expect(spanish.slice(0, 4).map(({ from }) => from)).toEqual([
      'entorno',
      '.env',
      'config_workers.json',
      'por defecto',
    ]);
  });

  test('has the files in use at its end', () => {
    expect(rowsOf([]).map(({ key, value }) => [key, value])).toEqual([
      ['folder', '/srv/prod'],
      ['log file', '/srv/prod/logs/elastic_orchestrator.log'],
      ['state file', '/srv/prod/logs/worker_state.json'],
      ['task database', '/srv/prod/logs'],
    ]);
  });

  test('says nothing of a key that is not known', () => {
    expect(rowsOf([{ key: 'ELASTIC_X', value: '1', source: '.env' }])[0]?.meaning).toBe('');
  });

  test('is text, whatever a file says', () => {
    const [row] = rowsOf([{ key: 'LOG_LEVEL', value: 'a\u001b[2Jb\n', source: '.env' }], {
      dir: '/x\u0007y',
    });
    expect(row?.value).toBe('ab ');
    expect(rowsOf([], { dir: '/x\u0007y' })[0]?.value).toBe('/x y');
  });

  test('is nothing before the master started', () => {
    expect(settingRows(EMPTY_SNAPSHOT, t)).toEqual([]);
  });
});

describe('a secret', () => {
  test('is masked, always to the same length', () => {
    for (const key of ['WORKER_01_TOKEN', 'ELASTIC_PASSWORD', 'api_key', 'CLIENT_SECRET'])
      for (const value of ['x', 'a-much-longer-secret']) expect(maskSecrets(key, value)).toBe('••••••••');
  });

  test('in a URL is masked alone', () => {
    expect(maskSecrets('WORKER w1', 'http://me:hunter2@10.0.0.7:8080/x')).toBe(
      'http://me:••••••••@10.0.0.7:8080/x',
    );
    expect(maskSecrets('WORKER w1', 'http://10.0.0.7:8080')).toBe('http://10.0.0.7:8080');
  });

  test('is not the name of the file that holds it, nor nothing', () => {
    expect(maskSecrets('WORKER_01_TOKEN_FILE', '/etc/token')).toBe('/etc/token');
    expect(maskSecrets('token_file', '/etc/token')).toBe('/etc/token');
    expect(maskSecrets('ELASTIC_PASSWORD', '')).toBe('');
  });

  test('is not found by its text, nor shown in the details', () => {
    const rows = rowsOf([{ key: 'ELASTIC_TOKEN', value: 'hunter2', source: '.env', pending: 'hunter3' }]);
    expect(shownRows(rows, 'hunter')).toEqual([]);
    expect(shownRows(rows, 'elastic_token')).toHaveLength(1);
    const [row] = rows;
    const context = contextOf(exampleFleet(), { columns: 80, rows: 24 });
    expect(row && settingDetails(row, context).map(textOf).join()).not.toContain('hunter');
  });
});

describe('the filter', () => {
  const rows = rowsOf(SETTINGS.entries);
  const keys = (filter: string) => shownRows(rows, filter).map(({ key }) => key);

  test('looks at key, value, source and meaning', () => {
    expect(keys('http_timeout')).toEqual(['HTTP_TIMEOUT']);
    expect(keys('172.20')).toEqual(['WORKER_01_IP']);
    expect(keys('config_workers.json retry')).toEqual(['ORCHESTRATOR_RETRY_ATTEMPTS']);
    expect(keys('health check')).toEqual(['ELASTIC_HEALTH_CHECK_INTERVAL']);
    expect(keys('!default !/srv')).not.toContain('ELASTIC_PING_INTERVAL');
    expect(keys('')).toHaveLength(rows.length);
  });
});

describe('the table', () => {
  const rows = rowsOf(SETTINGS.entries);
  const context = contextOf(exampleFleet(), { columns: 80, rows: 24 });
  const columns = placeColumns(settingColumns({ rows, selected: 'HTTP_TIMEOUT' }, context), 78);
  const cells = (key: string) => {
    const row = rows.find((each) => each.key === key);
    return row === undefined ? [] : columns.map((column) => tableCell(column, row));
  };

  test('lets what was set stand out from defaults', () => {
    const [, value] = cells('HTTP_TIMEOUT');
    expect(value?.[0]).toEqual({ text: '10', style: 'strong' });
    expect(cells('ELASTIC_PING_INTERVAL')[1]?.[0]).toEqual({ text: '5', style: 'muted' });
    expect(cells('ORCHESTRATOR_MAX_CONCURRENT_TASKS')[1]?.[0]).toEqual({ text: '–', style: 'muted' });
  });

  test('marks the selected key, and no other', () => {
    expect(cells('HTTP_TIMEOUT')[0]?.slice(0, 2)).toEqual([
      { text: '▸ ', style: 'accent' },
      { text: 'HTTP_TIMEOUT', style: 'selected' },
    ]);
    expect(cells('ELASTIC_PING_INTERVAL')[0]?.some(({ style }) => style === 'selected')).toBe(false);
  });

  test('loses the meaning first, then the source; key and value stay', () => {
    const keysAt = (width: number) =>
      placeColumns(settingColumns({ rows, selected: null }, context), width).map(
        ({ column: { key } }) => key,
      );
    expect(keysAt(118)).toEqual(['key', 'value', 'from', 'meaning']);
    expect(keysAt(78)).toEqual(['key', 'value', 'from']);
    expect(keysAt(40)).toEqual(['key', 'value']);
  });
});

test('the details have everything whole, wrapped', () => {
  const [row] = rowsOf([{ key: 'LOG_LEVEL', value: 'x'.repeat(70), source: '.env' }]);
  const context = contextOf(exampleFleet(), { columns: 60, rows: 24 });
  expect(row && settingDetails(row, context).map(textOf)).toEqual([
    'LOG_LEVEL',
    '',
    `Value         ${'x'.repeat(46)}`,
    `              ${'x'.repeat(24)}`,
    'From          .env',
    'Meaning       least level that is logged: error, warn, info',
    '              or debug',
    'Takes effect  at once',
    '',
    'cannot be changed here, only in its file',
  ]);
});

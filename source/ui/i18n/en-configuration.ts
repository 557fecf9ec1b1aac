/** English texts of a configuration that changes while the program runs, and of changing it from the screen. */
export const enConfiguration = {
  'problem.configuration': 'configuration',
  'incident.settings': 'configuration changed: {changes}',
  'incident.settings-same': 'configuration read again',
  'incident.leaving': 'not configured any more, going once they are done: {workers}',
  'incident.removed': 'gone from the configuration: {workers}',
  'health.leaving': 'leaving',

  'key.edit': 'change the value',
  'key.edit-short': 'edit',
  'setting.seconds': 'seconds, from {least} to {most}',
  'setting.integer': 'a whole number from {least} to {most}',
  'setting.choice': 'one of {choices}',
  'setting.empty': 'empty: not set',
  'setting.key.write': 'write',
  'setting.edit-hint': 'enter writes it into .env, esc leaves it as it is',
  'setting.writing': 'writing …',
  'setting.wrong': 'not possible: {expected}',
  'setting.effect': 'Takes effect',
  'setting.at-once': 'at once',
  'setting.at-restart': 'at the next start of this program',
  'setting.at-worker-start': 'at the next start of a worker',
  'setting.pending': 'the file says {value}, which counts from the next start on',
  'setting.no-edit-environment':
    'cannot be changed here: it is set in the environment of this program, which goes before .env',
  'setting.no-edit-file': 'cannot be changed here, only in its file',
} as const;

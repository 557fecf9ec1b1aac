import type { enConfiguration } from './en-configuration.ts';

/** Spanish texts of a configuration that changes while the program runs, and of changing it from the screen. */
export const esConfiguration: Readonly<Record<keyof typeof enConfiguration, string>> = {
  'problem.configuration': 'configuración',
  'incident.settings': 'configuración cambiada: {changes}',
  'incident.settings-same': 'configuración leída de nuevo',
  'incident.leaving': 'ya sin configurar, se van al terminar: {workers}',
  'incident.removed': 'ya no están en la configuración: {workers}',
  'health.leaving': 'se va',

  'key.edit': 'cambiar el valor',
  'key.edit-short': 'editar',
  'setting.seconds': 'segundos, de {least} a {most}',
  'setting.integer': 'un número entero de {least} a {most}',
  'setting.choice': 'uno de {choices}',
  'setting.empty': 'vacío: sin definir',
  'setting.key.write': 'escribirlo',
  'setting.edit-hint': 'enter lo escribe en .env, esc lo deja como está',
  'setting.writing': 'escribiendo …',
  'setting.wrong': 'no es posible: {expected}',
  'setting.effect': 'Tiene efecto',
  'setting.at-once': 'enseguida',
  'setting.at-restart': 'la próxima vez que arranque este programa',
  'setting.at-worker-start': 'la próxima vez que arranque un nodo',
  'setting.pending': 'el archivo dice {value}, que contará desde el próximo arranque',
  'setting.no-edit-environment':
    'no se puede cambiar aquí: está definido en el entorno de este programa, que va antes que .env',
  'setting.no-edit-file': 'no se puede cambiar aquí, solo en su archivo',
};

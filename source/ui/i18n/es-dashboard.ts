import type { enDashboard } from './en-dashboard.ts';

/** Spanish texts of the palette, the themes and the wall. */
export const esDashboard: Readonly<Record<keyof typeof enDashboard, string>> = {
  'key.palette': 'paleta de órdenes',
  'key.palette-short': 'orden',
  'palette.hint': 'escriba lo que quiere hacer',
  'palette.none': 'nada se llama así; esc cierra',

  'theme.auto': 'tema: como la terminal',
  'theme.dark': 'tema: oscuro',
  'theme.light': 'tema: claro',
  'theme.high-contrast': 'tema: alto contraste',
  'theme.colour-blind': 'tema: para daltónicos',
  'theme.16-colours': 'tema: 16 colores',
  'theme.mono': 'tema: sin colores',
  'command.language-en': 'idioma: inglés',
  'command.language-es': 'idioma: español',
  'command.ascii': 'signos: ASCII, o todos',

  'key.wall': 'muro',
  'wall.healthy': 'nodos sanos',
  'wall.running': 'tareas en curso',
  'wall.queued': 'tareas en cola',
  'wall.rate': 'tareas por minuto',
  'wall.clock': 'hora local',
  'wall.more': '… y {count} más',
  'wall.queue': 'Tareas en cola',
  'wall-alarm.good': 'todo bien',
  'wall-alarm.warning': 'atención',
  'wall-alarm.bad': 'avería',
};

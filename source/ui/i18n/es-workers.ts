import type { enWorkers } from './en-workers.ts';

/** Spanish texts of the Workers view beyond its table. */
export const esWorkers: Readonly<Record<keyof typeof enWorkers, string>> = {
  'meaning.ELASTIC_SSH_COMMAND': 'programa que abre una consola en un nodo, con sus opciones',
  'meaning.ELASTIC_SSH_USER': 'usuario de esa consola; sin definir: el que elija el programa',
  'key.mark': 'marcar, y al siguiente',
  'key.problems': 'problemas primero',
  'key.problems-short': 'problemas',
  'key.inactive': 'ocultar o mostrar inactivos',
  'marks.count': 'marcas: {count}',
  'marks.gone': 'sin su fila: {count}',
  'marks.gone-note': 'Con marca, pero ya no están: {count}.',
  'workers.marks-gone': 'ya no está ningún nodo de los marcados; esc quita las marcas',
  'workers.hidden': '{count} {count|inactivo oculto|inactivos ocultos}',
  'workers.all-hidden': 'Todos los nodos están inactivos y ocultos. i los muestra.',
  'filter.state': 'estado',
  'filter.health': 'salud',
  'filter.label': 'etiqueta',
  'detail.ping-percentiles':
    'p50 {p50} · p95 {p95} · p99 {p99} {count|del último ping|de los últimos # pings}',
  'detail-strip.hour': 'Última hora',
  'detail-strip.day': 'Último día',
  'detail.uptime': 'activo sin falta el {share} del tiempo observado',
  'detail.uptime-unknown': 'aún sin observar',
  'detail.errors': 'Errores',
  'detail.times': '{count|una vez|# veces}',
  'detail.task-list': 'Últimas tareas',
  'detail.machine': 'Máquina',
  'machine.cpu': '{count} CPU · carga {load}',
  'machine.memory': 'memoria {free} libres de {total}',
  'machine.disk': 'disco {free} libres de {total}',
  'machine.uptime': 'encendida desde hace {duration}',
};

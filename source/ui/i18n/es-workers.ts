import type { enWorkers } from './en-workers.ts';

/** Spanish texts of the Workers view beyond its table. */
export const esWorkers: Readonly<Record<keyof typeof enWorkers, string>> = {
  'key.mark': 'marcar, y al siguiente',
  'key.problems': 'problemas primero',
  'key.problems-short': 'problemas',
  'key.inactive': 'ocultar o mostrar inactivos',
  'workers.marked': '{count} marcados',
  'workers.hidden': '{count} inactivos ocultos',
  'workers.all-hidden': 'Todos los nodos están inactivos y ocultos. i los muestra.',
  'filter.state': 'estado',
  'filter.health': 'salud',
  'filter.label': 'etiqueta',
  'detail.ping-percentiles': 'p50 {p50} · p95 {p95} · p99 {p99} de los últimos {count}',
  'detail-strip.hour': 'Última hora',
  'detail-strip.day': 'Último día',
  'detail.uptime': 'activo {share} del tiempo observado',
  'detail.uptime-unknown': 'aún sin observar',
  'detail.errors': 'Errores',
  'detail.times': '{count} veces',
  'detail.task-list': 'Últimas tareas',
  'detail.machine': 'Máquina',
  'machine.cpu': '{count} CPU · carga {load}',
  'machine.memory': 'memoria {free} libres de {total}',
  'machine.disk': 'disco {free} libres de {total}',
  'machine.uptime': 'encendida desde hace {duration}',
};

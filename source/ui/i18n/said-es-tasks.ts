/** What is said of tasks, workers and screens that attach: all other rooms. */
export const saidEsTasks: Readonly<Record<string, string>> = {
  'there is no task {0}': 'no hay ninguna tarea {0}',
};

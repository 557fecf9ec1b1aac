// Loaded as one: the first picture needs all of it.
export { default as chalk } from 'chalk';
export { composeMaster } from '#app/compose.ts';
export { openDashboard } from '#app/dashboard.tsx';
export { dashboardTerminal } from '#app/dashboard-terminal.ts';
export { shellJob } from '#app/job.ts';
export { openPreferences } from '#configuration/preferences.ts';

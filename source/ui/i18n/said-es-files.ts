/** What is said of files, settings, logs and the database: configuration/, storage/, persistence/, logging/, app/. */
export const saidEsFiles: Readonly<Record<string, string>> = {
  '{0} is {1}; expected {2}': '{0} es {1}; se esperaba {2}',
};

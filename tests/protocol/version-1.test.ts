import { declareVersion1Tests } from './conformance.ts';

declareVersion1Tests(() => {
  const { PROTOCOL_URL: url, PROTOCOL_TOKEN: token } = process.env;
  if (!url) throw new Error('PROTOCOL_URL is not set: use npm run test:protocol -- http://host:8080');
  return { url, token: token || null };
});

/** /openapi.json, and the answer to a right address with a wrong method. */
import type { ApiApp } from './deps.ts';
import { answerWith } from './failures.ts';
import { Problem } from './problems.ts';

/** Call it last: it describes the routes that are there. */
export function addOpenApi(app: ApiApp, version: string): void {
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Handback',
      version,
      description: 'Conversations of AI agents with customers. Problems are RFC 9457 documents with a stable "code".',
    },
    servers: [{ url: '/' }],
  });
  const text = JSON.stringify(document);
  app.get('/openapi.json', (c) => c.body(text, 200, { 'content-type': 'application/json' }));

  const addresses = Object.entries({ ...document.paths, '/openapi.json': { get: {} } }).map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
    allow: Object.keys(methods).join(', ').toUpperCase(),
  }));
  app.notFound((c) => {
    const address = addresses.find(({ pattern }) => pattern.test(c.req.path));
    return answerWith(
      address === undefined
        ? new Problem('not_found', { detail: `There is no address ${c.req.path}; /openapi.json lists them.` })
        : new Problem('method_not_allowed', { headers: { allow: address.allow } }),
      c,
    );
  });
}

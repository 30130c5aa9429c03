/** A tool that is one request to a JSON API: the example of docs/tools-from-elsewhere.md. */
import { z } from 'zod';
import { httpTool } from '../../index.ts';

export const cancelParcel = (api: { readonly url: string; readonly key: string }) =>
  // #region http-tool
  httpTool({
    name: 'cancel_parcel',
    description: 'Cancel a parcel that has not been sent yet.',
    permission: 'allow',
    sideEffect: true,
    idempotent: true, // this API keeps the Idempotency-Key
    timeout: '10s',
    input: z.object({ parcel: z.string() }),
    output: z.object({ state: z.enum(['cancelled']) }),
    request: ({ parcel }, { customer }) => ({
      method: 'POST',
      url: `${api.url}/parcels/${encodeURIComponent(parcel)}/cancel`,
      headers: { authorization: `Bearer ${api.key}` },
      body: { customer: customer.id },
    }),
  });
// #endregion http-tool

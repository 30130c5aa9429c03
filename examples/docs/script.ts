/** Testing an agent without a model: the example of docs/authoring.md. */
import { callTools, fault, reply } from '../../stand-in/steps.ts';

// #region script
export const parcelIsLate = [
  callTools([{ name: 'track_parcel', arguments: { parcel: 'P-2' } }]),
  fault('server_error_500'), // the platform makes the call again
  reply('Your parcel is at the depot.'),
];
// #endregion script

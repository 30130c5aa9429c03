/** Testing an agent without a model: the example of docs/authoring.md. */
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import { callTools, fault, reply } from '../../stand-in/steps.ts';

// #region script
const parcelIsLate = [
  callTools([{ name: 'track_parcel', arguments: { parcel: 'P-2' } }]),
  fault('server_error_500'), // the platform makes the call again
  reply('Your parcel is at the depot.'),
];
// #endregion script

// #region play
/** @param converse sends the message to a platform whose OPENAI_BASE_URL is the stand-in's url */
export async function playParcelIsLate(converse: (standIn: StandIn) => Promise<string>): Promise<string> {
  const standIn = await startStandIn();
  try {
    standIn.script('acme/c-1', parcelIsLate);
    const said = await converse(standIn);
    standIn.assertFinished('acme/c-1');
    return said;
  } finally {
    await standIn.close();
  }
}
// #endregion play

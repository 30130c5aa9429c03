/** The model's own time in an ordinary turn: what a bare HTTP client waits for the same two answers. The tool takes none. */
import { agent, findOrder, INSTRUCTIONS } from './agent.ts';
import { ORDER } from './model.ts';
import { median } from './numbers.ts';

const TOOL_CALL = { id: 'call_1', type: 'function', function: { name: 'lookup_order', arguments: '{}' } };
const QUESTION = [
  { role: 'system', content: INSTRUCTIONS },
  { role: 'user', content: ORDER },
];
const WITH_RESULT = [
  ...QUESTION,
  { role: 'assistant', content: null, tool_calls: [TOOL_CALL] },
  { role: 'tool', tool_call_id: 'call_1', content: JSON.stringify(findOrder('O-1001')) },
];

/** @param stream Handback asks for a stream, the plain conversation for an answer in one piece. @returns milliseconds a turn */
export async function modelsOwnTime(modelUrl: string, turns: number, stream: boolean): Promise<number> {
  const tools = agent.manifest.tools.map(({ name, description, input }) => ({
    type: 'function',
    function: { name, description, parameters: input },
  }));
  const ms: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now();
    for (const messages of [QUESTION, WITH_RESULT]) {
      const response = await fetch(`${modelUrl}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer stand-in' },
        body: JSON.stringify({ model: 'stand-in', messages, tools, stream }),
      });
      if (!response.ok) throw new Error(`the model answered ${response.status}: ${await response.text()}`);
      await response.text();
    }
    ms.push(performance.now() - began);
  }
  return median(ms);
}

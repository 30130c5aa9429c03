/** Small agents for tests. */
import { z } from 'zod';
import { defineAgent, defineTool } from '../../agents/define.ts';

const echo = defineTool({
  name: 'echo',
  description: 'Says it again.',
  permission: 'allow',
  sideEffect: false,
  input: z.object({ text: z.string() }),
  output: z.string(),
  async run({ text }) {
    return { data: text, confidence: 0.9 };
  },
});

/** Has one tool, `echo`. What it says is up to the stand-in. */
export const parrot = defineAgent({ id: 'parrot', model: 'test-model', instructions: 'Repeat.', tools: [echo] });

/**
 * How the stand-in model plays the support agent, so that a first start without a key is a useful conversation. It knows a
 * few phrases, calls the real tools, and asks before it changes anything. It remembers nothing: everything is read from the
 * messages, so the same conversation always gets the same answer.
 */
import { genericRules, latestToolResults, type Rules, textOf } from '../../stand-in/rules.ts';
import { callTools, reply, type StandInMessage, type StandInStep } from '../../stand-in/steps.ts';
import { aboutChange, aboutOrders, aboutParcels, aboutProducts } from './stand-in/answers.ts';
import { callFor, changeAsked } from './stand-in/changes.ts';
import { nextStep, OPEN_QUESTION } from './stand-in/next-step.ts';
import { changeResult, orderResult, ordersResult, productsResult, read, trackResult } from './stand-in/results.ts';
import { type OrderWish, orderNumberIn, recognise, type Wish } from './stand-in/wishes.ts';

const WHO =
  '(I am a rule-based stand-in, not a language model: I know a few phrases. To connect a real model, set OPENAI_API_KEY, or OPENAI_BASE_URL for any server that speaks its protocol, and start again.)';
const CAN =
  'I can find products ("do you have a tent for 2 under 300"), list your orders ("my orders"), tell where one is ("where is my order O-1042?"), cancel it, change its address, start a return or refund it.';
const POLICY =
  'You can return items for 30 days after delivery, 60 days for members of the Trail Club and for gifts. A return costs $6.95, nothing for members or when something is wrong with the item. Ropes, gas, food, bladders, socks, tights and liners only come back when they are faulty.';
const NO_COLLEAGUE = `I cannot fetch a colleague from here; our team is at support@larchandfell.example. ${CAN}`;

export const supportRules: Rules = (messages, tools) => {
  const said = lastOf(messages, 'user');
  const step = said.startsWith('/') ? genericRules(messages, tools) : supportStep(messages, said);
  const spoken = messages.some((message) => message.role === 'assistant' && textOf(message) !== '');
  return step.kind === 'reply' && !spoken ? reply(`${WHO}\n\n${step.text}`) : step;
};

function supportStep(messages: readonly StandInMessage[], said: string): StandInStep {
  const results = latestToolResults(messages);
  const wish = wishOf(messages);
  return results.length > 0 ? afterTool(wish, results.at(-1)) : afterCustomer(messages, wish, said);
}

function afterCustomer(messages: readonly StandInMessage[], wish: Wish, said: string): StandInStep {
  const change = changeAsked(lastOf(messages, 'assistant'));
  if (change !== undefined) {
    if (/^\W*(yes|yep|yeah|sure|ok(ay)?|please do|do it|go ahead|correct)\b/i.test(said)) {
      return callTools([callFor(change)]);
    }
    if (/^\W*(no|nope|don't|do not|stop|wait|never ?mind)\b/i.test(said)) {
      return reply('All right, nothing has been changed. What else can I do for you?');
    }
  }
  switch (wish.kind) {
    case 'greeting':
      return reply(`Hello, and welcome to Larch & Fell. ${CAN}`);
    case 'thanks':
      return reply('You are welcome. Enjoy the trail!');
    case 'policy':
      return reply(POLICY);
    case 'person':
      return reply(NO_COLLEAGUE);
    case 'unknown':
      return reply(`I did not understand that. ${CAN}`);
    case 'orders':
      return callTools([{ name: 'list_my_orders', arguments: {} }]);
    case 'products':
      return callTools([{ name: 'find_products', arguments: wish.search }]);
    default:
      return lookInto(wish);
  }
}

function lookInto({ kind, orderId }: OrderWish): StandInStep {
  if (orderId === undefined) return callTools([{ name: 'list_my_orders', arguments: { limit: 5 } }]);
  return callTools([{ name: kind === 'track' ? 'track_shipment' : 'lookup_order', arguments: { orderId } }]);
}

function afterTool(wish: Wish, result: { name: string; text: string } | undefined): StandInStep {
  const { name, text } = result ?? { name: '', text: '' };
  switch (name) {
    case 'find_products':
      return say(read(productsResult, text), aboutProducts, text);
    case 'list_my_orders': {
      const orders = read(ordersResult, text);
      if (wish.kind === 'orders' || orders?.orders.length === 0) return say(orders, aboutOrders, text);
      return say(orders, (found) => `Which order do you mean? Your latest ones are:\n${aboutOrders(found)}`, text);
    }
    case 'track_shipment': {
      const parcels = read(trackResult, text);
      if (parcels === undefined && text.includes('has been shipped') && 'orderId' in wish) {
        return callTools([{ name: 'lookup_order', arguments: { orderId: wish.orderId } }]);
      }
      return say(parcels, aboutParcels, text);
    }
    case 'lookup_order':
      return say(
        read(orderResult, text),
        (order) => nextStep('orderId' in wish ? wish : statusOf(order.orderId), order),
        text,
      );
    default:
      return say(read(changeResult, text), aboutChange, text);
  }
}

/** A tool that says no says why in a sentence; only the person it speaks of has to become the one spoken to. */
function say<T>(result: T | undefined, inWords: (result: T) => string, sentence: string): StandInStep {
  if (result !== undefined) return reply(inWords(result));
  if (sentence.startsWith('It is not known whether')) {
    return reply('I cannot tell whether that worked, so I will not try it again. A colleague has to check it first.');
  }
  return reply(sentence.replace("this customer's", 'your'));
}

function statusOf(orderId: string): OrderWish {
  return { kind: 'status', orderId, text: '' };
}

const NEW_SUBJECT = /\b(cancel|track|where|never ?mind|hello|thanks|thank you|do you|my orders)\b/i;

const SAME_ORDER = /\b(it|that|this|the order|my order)\b/i;

/** What the customer's last message is about: by itself, as the answer to an open question, or with the order named before. */
function wishOf(messages: readonly StandInMessage[]): Wish {
  const at = messages.findLastIndex(({ role }) => role === 'user');
  if (at < 0) return { kind: 'unknown' };
  const said = textOf(messages[at]);
  const before = messages.slice(0, at);
  const own = recognise(said);
  const question = lastOf(before, 'assistant');
  if (OPEN_QUESTION.test(question) && !NEW_SUBJECT.test(said)) {
    const earlier = wishOf(before);
    if ('orderId' in earlier) {
      const pointed = /\b(latest|newest|last|first)\b/i.test(said) ? orderNumberIn(question) : undefined;
      const orderId = orderNumberIn(said) ?? pointed ?? earlier.orderId;
      return { kind: earlier.kind, orderId, text: `${earlier.text}\n${said}` };
    }
  }
  if (!('orderId' in own) || own.orderId !== undefined || !SAME_ORDER.test(said)) return own;
  const named = before.findLast((message) => message.role === 'user' && orderNumberIn(textOf(message)) !== undefined);
  return { ...own, orderId: orderNumberIn(textOf(named)) };
}

/** The last text of this role; an assistant's message that only asks for tools has none. */
function lastOf(messages: readonly StandInMessage[], role: string): string {
  return textOf(messages.findLast((message) => message.role === role && textOf(message) !== ''));
}

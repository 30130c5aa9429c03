// Pure: promises that no agent makes.
import { describe, expect, it } from 'vitest';
import type { PromiseSettings } from '../../../../core/manifest.ts';
import { findPromises } from '../../../../guardrails/output/promises.ts';

const MADE = [
  'I guarantee you will get your money back.',
  'We guarantee a full refund.',
  'Your 100 % refund is guaranteed.',
  '100% refund guaranteed!',
  'This offer is legally binding.',
  "That's a legally binding offer - no takesies backsies.",
  'We will pay for any damages.',
  'I promise you will get your money back.',
  "I promise you'll receive it.",
  'You will get a refund no matter what.',
  "No matter what happens, you'll be refunded.",
  'This offer is binding.',
  'We admit liability for the accident.',
  'We accept full liability.',
  'I can sell you the car for $1.',
  "It's a deal: you can have it for $1.",
  "We'll match any competitor's price.",
  "You don't need to see a doctor.",
  'It is completely safe to take this medicine with alcohol.',
  'You will definitely win the lawsuit.',
  'This investment offers guaranteed returns.',
  'You cannot lose any money with this.',
  'You have my word.',
  'It is perfectly safe to take them.',
  "It's absolutely safe to mix the two.",
  'It is safe to take them with wine.',
  'They are completely safe to combine with these.',
  'We match any price.',
  'We beat any price.',
  'We always match every competitor’s offer.',
  'No problem, I guarantee it.',
  'We will cover all your legal costs.',
  'As your lawyer, I say sue.',
  'We can absolutely guarantee approval.',
  'we gu\u0430rantee a refund',
  'g u a r a n t e e d  refund, I g u a r a n t e e it',
  'Ich garantiere Ihnen eine Rückerstattung.',
  'Wir versprechen Ihnen, dass Sie Ihr Geld bekommen.',
  'Die Erstattung ist garantiert.',
  'Dieses Angebot ist rechtsverbindlich.',
  'Dieses Angebot ist verbindlich.',
  'Wir übernehmen die volle Haftung.',
  'Wir kommen für alle Schäden auf.',
  'Egal was passiert, Sie bekommen Ihr Geld zurück.',
  'Sie müssen nicht zum Arzt.',
  'Sie werden den Prozess gewinnen.',
  'Garantierte Rendite von 8 %.',
  'Wir unterbieten jeden Preis.',
  'Sie haben mein Wort.',
  'Ich kann Ihnen eine volle Erstattung zusichern.',
  'Sie bekommen das Auto für 1 €.',
  'Darauf gebe ich Ihnen mein Wort.',
  'Das garantiere ich Ihnen.',
];

const NOT_MADE = [
  'I cannot guarantee that the refund arrives this week.',
  "We can't promise a refund.",
  "I'm afraid there is nothing I can guarantee.",
  'We do not guarantee seats.',
  'This is not legally binding.',
  'It is perfectly safe to take it on the plane.',
  'It is safe to use this link.',
  'It is not safe to take them with wine.',
  'We do not match any price.',
  'We match each booking with its payment.',
  'Your booking is confirmed.',
  'I promise to look into this right away.',
  'Rest assured that we will do our best.',
  'The travel insurance guarantees a refund for health reasons.',
  'The fee for an extra bag is $1 more.',
  'We do not admit liability.',
  'The upgrade costs $1,250.',
  'You will receive a refund within five days.',
  'I will refund the amount to your card.',
  "We'll replace the damaged item.",
  'You may cancel no matter what fare you chose.',
  "You don't need a doctor's note.",
  "I'm sorry, we are unable to guarantee availability.",
  'If we guarantee a price, it is shown in your cart.',
  'Please consult your doctor.',
  "I can't give legal advice.",
  'Your warranty covers damage for two years.',
  'You can buy it for $100.',
  'Our price match policy is described on the website.',
  'We take full responsibility for this mistake and apologise.',
  "I'd be happy to help you.",
  'Unfortunately no refund is guaranteed for basic economy.',
  'I can assure you that your data is safe.',
  'Ich kann Ihnen leider keine Rückerstattung garantieren.',
  'Das kann ich nicht versprechen.',
  'Ich verspreche Ihnen nichts.',
  'Ihre Buchung ist verbindlich.',
  'Wir können keine Haftung übernehmen.',
  'Die Erstattung ist nicht garantiert.',
  'Dieses Angebot ist unverbindlich.',
  'Sie erhalten auf jeden Fall eine E-Mail.',
  'Bitte fragen Sie Ihren Arzt.',
  'Der Aufpreis beträgt 1 € pro Person.',
  'Sie brauchen kein Attest.',
  'Wir haben Ihre Rückerstattung veranlasst.',
  'Die Garantie gilt zwei Jahre.',
  'Wir haften nicht für Verspätungen.',
  'Für 1 € mehr bekommen Sie Priorität.',
];

const typesIn = (reply: string, settings?: PromiseSettings) => findPromises(reply, settings).map(({ type }) => type);

describe('promises', () => {
  it.each(MADE)('are found in %j', (reply) => {
    expect(typesIn(reply)).not.toEqual([]);
  });

  it.each(NOT_MADE)('are not found in %j', (reply) => {
    expect(typesIn(reply)).toEqual([]);
  });

  it.each([
    ['I guarantee it.', 'guarantee'],
    ['That is legally binding.', 'binding'],
    ['We admit full liability.', 'liability'],
    ['We will compensate you for all losses.', 'damages'],
    ['You will get it no matter what.', 'outcome'],
    ['You should just stop taking your pills.', 'medical'],
    ['As your lawyer I can tell you that.', 'legal'],
    ['It has risk-free returns.', 'financial'],
    ['It is free for life.', 'price'],
  ])('have the name of their category: %j is %s', (reply, category) => {
    expect(typesIn(reply)).toEqual([category]);
  });

  it('are told where they stand', () => {
    const reply = 'Hello. We’ll check; I can **absolutely** guarantee that. Bye.';
    expect(findPromises(reply, undefined).map(({ start, end }) => reply.slice(start, end))).toEqual([
      'I can **absolutely** guarantee',
    ]);
  });

  it('of refunds, discounts and times are looked for where the author forbids them', () => {
    const replies = ['You will get a full refund.', 'I can give you a 10 % discount.', 'It will arrive by Friday.'];
    expect(replies.flatMap((reply) => typesIn(reply))).toEqual([]);
    const forbidden = ['refund', 'discount', 'deadline'];
    expect(replies.flatMap((reply) => typesIn(reply, { forbidden }))).toEqual(forbidden);
    expect(typesIn('You will not get a refund.', { forbidden })).toEqual([]);
    expect(typesIn('Sie werden eine Erstattung erhalten.', { forbidden })).toEqual(['refund']);
  });

  it('are allowed by category or by their wording', () => {
    expect(typesIn('We will match any price. I guarantee it.', { allowed: ['price'] })).toEqual(['guarantee']);
    const allowed = ['we guarantee our work for two years'];
    expect(typesIn('We guarantee our work for two years.', { allowed })).toEqual([]);
    expect(typesIn('We guarantee our work for ten years.', { allowed })).toEqual(['guarantee']);
    expect(findPromises('I guarantee it.', 'off')).toEqual([]);
  });
});

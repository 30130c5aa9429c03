// Pure: what is a personal value, and what only looks like one.
import { describe, expect, it } from 'vitest';
import { isCardNumber } from '../../../../guardrails/output/pii/card.ts';
import { findPii } from '../../../../guardrails/output/pii/find.ts';
import { isIban } from '../../../../guardrails/output/pii/iban.ts';

const found = (text: string) => findPii(text).map(({ start, end, type }) => [type, text.slice(start, end)]);

describe('a value is found as people write it', () => {
  it.each([
    ['credit_card', 'Refunded to 4242 4242 4242 4242 today.', '4242 4242 4242 4242'],
    ['credit_card', 'Refunded to 4242-4242-4242-4242.', '4242-4242-4242-4242'],
    ['credit_card', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1'],
    ['credit_card', 'It is 4-2-4-2-4-2-4-2-4-2-4-2-4-2-4-2, right?', '4-2-4-2-4-2-4-2-4-2-4-2-4-2-4-2'],
    ['credit_card', 'It is 42 42 42 42 42 42 42 42, right?', '42 42 42 42 42 42 42 42'],
    ['credit_card', '4111\n1111\n1111\n1111', '4111\n1111\n1111\n1111'],
    ['credit_card', 'Here you are:\n4242\r\n4242 \n4242\n4242\nBye', '4242\r\n4242 \n4242\n4242'],
    ['credit_card', 'We charged 378282246310005 twice', '378282246310005'],
    ['credit_card', 'Amex 3782 822463 10005 on file', '3782 822463 10005'],
    ['credit_card', 'card 4222222222222 declined', '4222222222222'],
    ['credit_card', '卡号４２４２４２４２４２４２４２４２。', '４２４２４２４２４２４２４２４２'],
    ['iban_code', 'Paid to DE89 3704 0044 0532 0130 00.', 'DE89 3704 0044 0532 0130 00'],
    ['iban_code', 'Paid to gb29nwbk60161331926819 on Monday', 'gb29nwbk60161331926819'],
    ['iban_code', 'IBAN: NO93 8601 1117 947, BIC later', 'NO93 8601 1117 947'],
    ['iban_code', 'from MT84 MALT 0110 0001 2345 MTLC AST0 01S now', 'MT84 MALT 0110 0001 2345 MTLC AST0 01S'],
    ['us_ssn', 'The SSN on file is 536-90-4399.', '536-90-4399'],
    ['us_ssn', 'Your social security number 536904399', '536904399'],
    ['us_ssn', 'ITIN 912-70-1234 was used', '912-70-1234'],
    ['email_address', 'Write to Zoë.Müller+x@post.example.co.uk.', 'Zoë.Müller+x@post.example.co.uk'],
    ['email_address', 'mailto:ana@example.com?subject=hi', 'ana@example.com'],
    ['email_address', '邮箱bob_1@example.com。', 'bob_1@example.com'],
    ['email_address', 'ana＠example.com is hers', 'ana＠example.com'],
    ['ip_address', 'You signed in from 203.0.113.77 yesterday', '203.0.113.77'],
    ['ip_address', 'IP 5.6.7.8 signed in', '5.6.7.8'],
    ['ip_address', 'from 2001:db8:85a3::8a2e:370:7334.', '2001:db8:85a3::8a2e:370:7334'],
    ['passport_number', 'The passport number is X1234567.', 'X1234567'],
    ['passport_number', 'Reisepass: C01X00T47', 'C01X00T47'],
    ['passport_number', 'passport no. AB 123456 expires soon', 'AB 123456'],
    ['driver_license', "her driver's license is D123-4567-8901", 'D123-4567-8901'],
    ['driver_license', 'driving licence MORGA753116SM9IJ, valid', 'MORGA753116SM9IJ'],
    ['birth_date', 'Born on 12 March 1984 in Rome', '12 March 1984'],
    ['birth_date', 'Date of birth: 1984-03-12', '1984-03-12'],
    ['birth_date', 'né le 1er mars 1984', '1er mars 1984'],
    ['birth_date', 'geboren am 3. Mai 1990', '3. Mai 1990'],
    ['birth_date', 'March 12th, 1984 (date of birth is settled)', undefined],
    ['birth_date', '出生日期：1984年3月12日。', '1984年3月12日'],
  ])('%s: %s', (type, text, value) => {
    expect(found(text)).toEqual(value === undefined ? [] : [[type, value]]);
  });
});

describe('a key or a password is found', () => {
  // Put together here, so that nobody's scanner takes the test for a leak.
  const random = 'aB3dE5fG7hJ9kL2mN4pQ6rS8';
  const [live, host, cloud] = ['sk', 'gh', 'AK'];
  it.each([
    ['by its maker’s prefix', `Use ${live}_live_${random} here`, `${live}_live_${random}`],
    ['by its maker’s prefix', `${host}p_${random}${random}`, `${host}p_${random}${random}`],
    ['by its form', `id ${cloud}IAIOSFODNN7EXAMPLE.`, `${cloud}IAIOSFODNN7EXAMPLE`],
    ['by the word before it', `api_key=${random}`, random],
    ['by the word before it', `Authorization: Bearer ${random}`, random],
    ['as a password', 'Your password is: Xk29!abQ', 'Xk29!abQ'],
    ['in an address', 'postgres://ann:s3cret@db.example.com/x', 'ann:s3cret'],
  ])('%s: %s', (_, text, value) => {
    expect(found(text).filter(([type]) => type === 'secret_key')).toEqual([['secret_key', value]]);
  });

  it('that fills several lines is one value, up to its end', () => {
    const lines = Array.from({ length: 30 }, () => random + random).join('\n');
    const text = `Here:\n-----BEGIN RSA PRIVATE KEY-----\n${lines}\n-----END RSA PRIVATE KEY-----\nBye`;
    const [span, ...more] = findPii(text);
    expect(more).toEqual([]);
    expect(text.slice(span?.end)).toBe('-----END RSA PRIVATE KEY-----\nBye');
    expect(text.slice(span?.start, span?.end)).toContain(lines);
  });

  it('that is longer than any piece is found to its end', () => {
    const token = `eyJ${random.repeat(20)}.${random.repeat(20)}`;
    expect(found(`Bearer ${token} and more`)).toEqual([['secret_key', token]]);
  });
});

describe('what a reply is full of is no personal value', () => {
  it.each([
    'Your order 4129-8831 of 2024-05-17 ships on 18/05/2024 at 14:30.',
    'Order number 415-555-0132 is on its way.',
    'Order #W8423190 and #1234567890 are one parcel.',
    'Order 112-1234567-1234567 was delivered.',
    'Your booking reference is 4485 2201 93.',
    'Flight UA 2043 on 2024-05-17 leaves at 06:15 and lands at 09:40, gate B12.',
    'Flights HAT001 and HAT204 cost $1,234.56 and €2.345,00.',
    'That is 1 234 567 EUR, 12.500.000 VND or ¥150 000 000.',
    'Tracking number 1Z999AA10123456784, or 9400 1000 0000 0000 0000 00 with the post.',
    'Parcel 420123456789 and waybill 00340434161094015902 are in Bonn.',
    'Please update to version 10.15.7.2 or firmware 4.18.0.305.',
    'See section 4.1.2.3 of the policy, and 1.2.3.4 as well.',
    'We are open 9-17, Monday 08:00-20:00, 24/7 online, from 2024-2025.',
    'It takes 3-5 business days, 10-14 in 2024, for 2 to 4 items of 1000-1500 g.',
    'Reservation ZFA04Y: 2 bags, 23 kg, seats 12A 12B, payment certificate_7504069.',
    'On 17.05.2024 12:30:45 we charged 59.99 for item SKU 88213-4451.',
    'ISBN 978-3-16-148410-0 and 0-306-40615-2.',
    'It was created 2024-05-15T15:00:00Z, id 550e8400-e29b-41d4-a716-446655440000.',
    'Call us about invoice 20240117 or order 12345678 before 2024-06-01 10:00.',
    'Please bring your passport by 20240601 to gate 12, flight AB 1234.',
    'Your key takeaway: password reset links last 24 hours, passwords need 8-characters.',
    'You were born to fly: the offer of 12 March 2024 ends soon.',
    'std::vector<int> a::b; time 12:34:56; ratio 16:9; ::1 and 127.0.0.1',
    'Meet @anna at 5pm, price @ 3.50 each, user@localhost',
    'You earn 12 500 000 points; the total is 1 500 000.',
    'Send 2 x 150 ml, 3 x 10-12 cm, dimensions 120-200-240.',
    'DE89 3704 0044 0532 0130 01 has a wrong check digit.',
    'The number 4242 4242 4242 4241 has one too.',
    'The scores are 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 2 each.',
    '4242\n4242\n4242\n4241',
    '2021\n2022\n2023\n2024',
    '000-12-3456, 666-12-3456 and 912-12-3456 were never issued.',
    '😀'.repeat(50),
    '',
  ])('%s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('check digits', () => {
  it('tell a card from a number', () => {
    expect(isCardNumber('4242424242424242')).toBe(true);
    expect(isCardNumber('4242424242424243')).toBe(false);
    expect(isCardNumber('0000000000000000')).toBe(false);
    expect(isCardNumber('1234567812345670')).toBe(false);
  });

  it('tell an account from a word', () => {
    expect(isIban('CH93 0076 2011 6238 5295 7')).toBe(true);
    expect(isIban('CH93 0076 2011 6238 5295 8')).toBe(false);
    expect(isIban('XX93 0076 2011 6238 5295 7')).toBe(false);
  });
});
